"""Terms that are refused, each with what is said: the same in YAML, as a flag and on a line of the input."""

# what is written: what the refusal says
BAD_TERMS = {
    "20": "'20' has no unit: days and working days are not the same",
    "workdays": "'workdays' has no number",
    "工作日": "'工作日' has no number",
    "日": "'日' has no number",
    "day": "'day': say 'days' (natural days) or 'workdays'",
    "1 day": "'1 day': say 'days' (natural days) or 'workdays'",
    "10 Day": "'10 Day': say 'days' (natural days) or 'workdays'",
    "0 workdays": "'0 workdays' can mean two things: say '0 days' for the same day or '1 workday' for the next working day",
    "0个工作日": "'0 workdays' can mean two things: say '0 days' for the same day or '1 workday' for the next working day",
    "-3 days": "'-3 days' has a sign: a term only says how long",
    "－3日": "'－3日' has a sign: a term only says how long",
    "+3 workdays": "'+3 workdays' has a sign: a term only says how long",
    "1 month 3 days": "'1 month 3 days' mixes several terms: one number and one unit",
    "1个月零5日": "'1个月零5日' mixes several terms: one number and one unit",
    "20日 5小时": "'20日 5小时' mixes several terms: one number and one unit",
    "1.5 days": "'1.5 days': the number must be a whole one in digits",
    "３０日": "'３０日': the number must be a whole one in digits",
    "三十日": "'三十日': the number must be a whole one in digits",
    "半年": "'半年': the number must be a whole one in digits",
    "20 working days": "'20 working days': unknown unit 'working days'",
    "2 quarters": "'2 quarters': unknown unit 'quarters'",
    "15日内": "'15日内': unknown unit '日内'",
    "10000 workdays": "'10000 workdays' is longer than 9999 workdays",
    "36501日": "'36501日' is longer than 36500 days",
    "101 years": "'101 years' is longer than 100 years",
    "99999999999999999999 days": "'99999999999999999999 days' is longer than 36500 days",
    "soon": "'soon' is not a term",
}
ALLOWED = "20 workdays, 15 days, 3 months, 1 year, 24 hours, 20个工作日, 15日, 3个月, 24小时"
