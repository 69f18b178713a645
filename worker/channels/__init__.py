"""How a message leaves the house: one adapter per kind of provider, Apprise behind one of them.

An adapter turns a provider's answer into delivered, try again or refused; nobody above knows the provider.
No database here: what to send comes in, what happened goes out.
"""
