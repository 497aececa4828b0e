"""Current accounts, branches, letters, switches and business accounts."""

from config.demo.stories.story import Story

EVERYDAY = (
    Story(
        "current-account", "fees", sub="overdraft", amount=(8, 75), refund=True, upheld=0.45, peak=(160, 115), weight=4,
        said="[I do not understand this charge of {amount}.|{amount} for being four pounds overdrawn for a day is robbery.|"
        "You have put the overdraft up again and my bill is {amount}.] [The letter about the new rate came after the rate.|"
        "Your letter says 'up to', the charge says otherwise.|I had asked for the overdraft to be taken off in {month}.] [I "
        "count every penny that I have.|It is more than I spend on the bus in a week.|A text would have done, I "
        "would have moved the money.]",
        wanted="[The {amount} back.|{amount} back and the overdraft removed.]",
        tried="[Explained the new tariff.|Offered 10.00 as a gesture.]",
        settled="Charge of {amount} refunded, text alerts switched on; the customer is content.",
        cause="fee-unclear",
        found="The notice of the new rate was sent eleven days before it took effect; we promise thirty.",
    ),
    Story(
        "current-account", "statements",
        said="[Your letters still go to my old address.|I have asked you to change my address since {month}.|My statements "
        "go to a house that I sold in {month}.] [Whoever lives there now knows what I earn.|I filled in the form at "
        "{town} and the lady stamped it.|Online it is right, on paper it is wrong.] [I would like to know who has opened "
        "them.|How hard can it be?]",
        wanted="The right address everywhere, and your word for it in writing.",
        tried="Changed the address in one system; the letters come from another.",
        settled="Address corrected on all four products and confirmed by letter; accepted.",
        cause="marker-not-passed",
        found="The change was made on the current account and not on the two linked products.",
        upheld=0.85, severity=1, weight=3,
    ),
    Story(
        "branch", "service", severity=1, upheld=0.5,
        said="[I queued {minutes} minutes in {town} with one counter open and four people behind it.|One till open on "
        "market day in {town}.|I waited {minutes} minutes to pay in a cheque.] [My husband cannot stand for long.|When I got "
        "to the front, the lady put up the sign.|There was a chair, and it had a plant on it.] [Third year with you and it "
        "gets worse.|I read it in the papers that you make plenty of money.|My manager at work lets me out for half "
        "an hour, not more.]",
        wanted="[Two counters at lunch time.|Somebody to tell me that it will change.]",
        tried="Apologised at the counter.",
        settled="The branch manager rang, apologised and explained the new hours; the customer is satisfied.",
        cause="policy-rigid",
        found="Two colleagues were off sick and the branch had asked for cover the day before.",
        weight=3,
    ),
    Story(
        "branch", "wrong-information", upheld=0.7,
        said="[I drove to {town} with all my papers and was sent home for one that nobody had mentioned.|You told me on the "
        "phone which papers to bring, and it was wrong.|Two appointments, two different lists of papers.] [That is a day's "
        "pay for me.|My daughter took the morning off to drive me.|It is forty miles there and back.] [{who} was very nice "
        "about it, but nice does not open an account.|Nobody seems to know what nobody else has said.]",
        wanted="[My petrol, {small}, and an appointment that works.|To do it by post.]",
        tried="Offered another appointment in two weeks.",
        settled="Account opened over the phone, 25.00 for the journeys; accepted.",
        cause="wrong-information",
        found="The list that the contact centre reads out had been replaced in the branches, not on the phone.",
        severity=1,
    ),
    Story(
        "current-account", "switching", amount=(15, 200), refund=True, upheld=0.7,
        said="[The switch was meant to take seven days and it is week {n}.|I switched to you and my direct debits did not.|"
        "You advertise switching as no trouble at all.] [My council tax bounced.|Three companies have charged me, {amount} in "
        "all.|{bank} says they sent you everything on {date}.] [I did not ask for much: money in, bills out.|And the welcome "
        "bonus is nowhere to be seen.]",
        wanted="[{amount} for the bounced bills.|The bills paid, the fees back and the bonus as promised.]",
        tried="[Asked the customer to send the letters from the companies.|Chased the switch team.]",
        settled="Fees of {small} refunded and all debits confirmed in writing; accepted.",
        cause="no-chaser",
        found="One of the debits was rejected on the first day and the rejection was not looked at.",
        weight=3,
    ),
    Story(
        "current-account", "account-closed", amount=(200, 950), upheld=0.4,
        said="[My account is blocked and nobody will tell me why.|My card was refused on {date} with {amount} in the "
        "account.|You froze my account the day before payday.] [I have sent my passport {n} times.|I have been asked for "
        "the same gas bill again and again.|The only answer is that a team is looking.] [I feel like a thief.|There are two "
        "children in this house.|I paid for my shopping with my neighbour's card.]",
        wanted="[My account open, and a reason.|To use my own money.]",
        tried="[Sent the documents to the team again.|Asked for an emergency payment, not possible.]",
        settled="Documents accepted, block lifted while on the phone; the customer is relieved.",
        cause="no-reasons",
        found="The review was justified; the papers were lying unread for six days.",
        weight=3,
    ),
    Story(
        "current-account", "service", severity=1,
        said="[I held for {minutes} minutes to ask one question.|{minutes} minutes of your piano music.|Your phone line "
        "is a test of character.] [When {who} answered, the line went dead.|I pressed every number there is.|At the end I "
        "was told to use the app, which I do not have.] [I only wanted to know whether my cheque had cleared.|It was a "
        "simple standing order.] [I want to talk to a person at my age.|Bring back the branch.]",
        wanted="[A direct number.|An answer to my question and an apology.]",
        tried="Apologised for the wait.",
        settled="Question answered, call-back service explained; the customer laughed and accepts.",
        cause="urgent-line", upheld=0.7, weight=4,
        found="Waiting times were three times the target that week.",
    ),
    Story(
        "current-account", "wrong-information", sub="joint-account", amount=(30, 400), upheld=0.55,
        said="[{who} told me that we need only one signature, and now you want two.|I was told the joint account would need no "
        "more papers.|You gave my husband one answer and me another.] [It was on {date}, I wrote it down.|That was over the "
        "phone and you say there is no recording.] [Because of that the boiler man was not paid, {amount}.|So the deposit of "
        "{amount} went out late.]",
        wanted="[One answer, in writing.|For you to stand by what was said.]",
        tried="Explained the mandate and sent a new form.",
        settled="Mandate changed the same day by e-mail; the customer accepts.",
        cause="wrong-information",
        found="The note of the call of that day says 'either to sign', which was not what the form said.",
    ),
    Story(
        "business", "fees", amount=(40, 700), refund=True, upheld=0.5,
        said="[We are charged for every coin that we pay in.|Our account was free until {month} and now costs us {amount}.|A "
        "small bakery cannot pay {amount} for paying in its own takings.] [There was a letter, I am told.|Nobody at "
        "{town} could explain the tariff to me.|The switch to the new tariff was not what we signed.] [My accountant found "
        "it, not I.|I do not mind paying, I mind finding out.]",
        wanted="[{amount} back, and the old tariff until the end of the year.|A tariff that fits a shop.]",
        tried="[Sent the tariff.|Offered one month free.]",
        settled="Moved to the small-shop tariff, one month of {small} refunded; accepted.",
        cause="fee-unclear",
        found="The move to the new tariff was announced in a message that this business had switched off.",
        weight=3,
    ),
    Story(
        "business", "application", upheld=0.5,
        said="[It took you {n} weeks to add my partner to the account.|We asked in {month} for a second signatory.|Our "
        "treasurer died in office and the club cannot pay its hall.] [The form came back because of the colour of the ink.|"
        "Every two weeks another paper is missing.|You have lost the minutes twice.] [We are a cricket club, not a cartel.|I "
        "do this for nothing, in my evenings.]",
        wanted="The mandate changed, and someone who reads the papers together.",
        tried="Asked for the missing page again.",
        settled="All papers found, mandate changed on the call; accepted.",
        cause="hand-off-lost",
        found="The papers came in three envelopes and were scanned to three cases.",
        severity=1,
    ),
    Story(
        "business", "account-closed", amount=(1800, 24000), upheld=0.5, severity=3, loud=True,
        said="[You gave our shop fourteen days to leave.|Our business account is closed and the reason is 'commercial'.|"
        "{years} years with you and then a letter of five lines.] [We hold {amount} in there and wages are due on {day}.|"
        "There are {n} people on our payroll.|{amount} is stuck with you and our supplier will not wait.] [I will report you "
        "to whoever will listen.|I have written to my MP.|Our solicitor will be in touch.]",
        wanted="[The account kept for three months, and a reason.|Our {amount} released today.]",
        tried="[Explained that the decision is not the branch's.|Asked the closing team for more time.]",
        cause="no-reasons",
        found="Notice was two months short of what the terms promise; the balance could have been released at once.",
        weight=3,
    ),
    Story(
        "current-account", "service", loud=True, upheld=0.7,
        said="[I want to speak to a manager and nobody lets me.|Please escalate this, I have had enough.|Let me talk to "
        "someone in charge.] [All I asked on {date} was to stop a standing order of {amount}.|You have lost my power of "
        "attorney form {n} times.|I gave notice of my move in {month} and it was done for one of three accounts.] [{who} "
        "promised to call and did not.|Everybody is sorry, nobody does it.|I am passed from desk to desk like a parcel.]",
        wanted="[It done, and a name.|A call from whoever is responsible.]",
        tried="[Promised a call from the team leader.|Sent the form again.]",
        cause="call-back-not-made",
        found="Two call-backs were promised and booked; neither was made and no one noticed.",
        weight=5,
    ),
    Story(
        "current-account", "credit-file", loud=True, amount=(20, 300), severity=3, upheld=0.65,
        said="[A missed payment of {amount} that was never missed has cost us a mortgage.|You put a default on my file for "
        "{amount} that I had paid.|My credit file says that I did not pay you.] [I have the letter in which you say it is "
        "settled, dated {earlier}.|You confirmed on {date} that it would be removed.] [The lender will not wait for ever.|The "
        "ombudsman leaflet says you have eight weeks; the seller gives us two.]",
        wanted="The entry removed, a letter for the lender, and what it cost us.",
        tried="[Asked the bureau team for a correction.|Told the customer that it takes a month.]",
        cause="marker-not-passed",
        found="The correction was made in our system and never sent to two of the three bureaus.",
        weight=3,
    ),
)  # fmt: skip
