"""Who there is and how each is reached: people, certificates, absences, wishes, phones, inspectors, the API's clients."""
