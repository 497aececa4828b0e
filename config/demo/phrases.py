"""What staff and customers say along the way, beside the complaint itself."""

ASKS = (
    "The customer does not accept what I may offer.",
    "I have tried what I can; it needs somebody who can look into the other system.",
    "The customer wants it looked at by somebody else, and I think they are right.",
    "It is above what I may give, and the case is sound.",
    "Two departments are involved and neither answers me.",
    "I promised an answer by today and cannot give one.",
    "The customer has sent papers that I may not judge.",
)
SENT_BACK = (
    "Nothing has been tried yet, and it is within your limit: offer to put it right first.",
    "The customer has not said no to anything. Please ring them.",
    "None of the criteria is met; the fee can be refunded at your level.",
)
NOTES = (
    "Recording of the call listened to twice; what the customer says was said was said.",
    "Asked operations for the log of that day.",
    "Spoke to the branch: they remember the customer and confirm the date.",
    "The other bank answers tomorrow. Chased.",
    "Compared with four similar cases of this year; we paid in three.",
    "Statement of the colleague is in; it agrees with the customer's in what matters.",
    "The log shows two entries a minute apart, which should not be possible.",
    "No recording for that day: the line was not on the recorder. That is a finding.",
    "Rang the customer to hear it once more in their words; calm, precise, has kept everything.",
    "Asked Finance whether interest was booked; it was not.",
)
UPDATES = (
    "I have your papers and have asked our operations team for their records. I will write again within a week, with or without news.",
    "A short word so that you know where we stand: the recording has been found and I am listening to it this week.",
    "I am waiting for an answer from another bank and have chased it today. You need not do anything.",
    "I have what I need and am putting the answer together. You will have it well before the date that we gave you.",
    "Thank you for the photographs. They help. I am comparing them with what we have.",
)
HOLDING = (
    "I am sorry that we are not ready. We still wait for records from outside the bank. You do not have to wait for us: you can go to the "
    "Financial Ombudsman Service now, free of charge. I expect to answer within three weeks."
)
CUSTOMER_ASKS = (
    "Any news? I do not want to push, but it has been a while.",
    "I found the receipt and have put a copy in the post.",
    "I was away for a week. Did you try to reach me?",
    "Please use my mobile from now on, the landline is gone.",
    "Just to add: it happened to my neighbour too, with the same branch.",
    "Thank you for your letter. I will wait until the date in it.",
    "I have looked again and the date was a day later than I said.",
    "My wife can answer questions too, I give her leave to.",
)
CUSTOMER_PRESSES = (
    "I have heard nothing and shall ask the ombudsman on Monday.",
    "If this is not answered by the end of the week I will speak to a solicitor.",
    "This is the third time that I ask for news.",
    "Can I please speak to somebody in charge?",
)
ACCEPTS = (
    "Thank you. That is fair and I accept.",
    "I accept. You could have had it cheaper in the first week.",
    "Good. Please thank the person who took the trouble.",
    "I accept the offer and hope that it does not happen to the next one.",
    "That will do. Thank you for ringing.",
    "Agreed. I had not expected an apology, and it helps.",
    "I do not agree with every word, but I accept.",
)
TAKES_NO = (
    "I am disappointed, but at least you have explained it.",
    "I still think otherwise. Let us leave it there.",
    "All right. I understand it now.",
)
REFUSES = (
    "No. You have not read what I sent you.",
    "That does not even cover what I paid. I do not accept.",
    "I do not accept this. Somebody else should look at it.",
)
FURTHER = (
    "I do not agree and want it looked at by somebody higher.",
    "Your answer leaves out the second letter. Please take it further.",
    "I will not take that offer. Who is above you?",
)
BACK_AGAIN = (
    "The refund has not arrived: it was sent to an account that the customer had closed.",
    "It has happened again, in the same way, a week after our letter.",
    "The customer has found the letter that we said does not exist.",
    "We said that the entry was removed, and one bureau still shows it.",
)
WITHDRAWN = (
    "Please forget it. It has sorted itself out and I have no time for more letters.",
    "I take it back. It was the shop after all, they have owned up.",
    "Leave it, please. My son has put it right for me.",
    "I withdraw it. The money came this morning.",
)
WITHDRAWN_WHY = (
    "The customer rang and said so in clear words.",
    "By mail, unasked; I rang back to be sure.",
    "Said on the phone after we had told them what happens next.",
)
NEW_FACTS = (
    "The customer has sent the missing page, which changes the date.",
    "Operations correct their answer: there were two payments, not one.",
)
NOT_BORNE_OUT = (
    "I have gone through the records of that time. They show that it was done as it should be, and in time.",
    "The recording of the call says otherwise: what you were told was right, though it could have been said more plainly.",
    "The terms that you signed say this on their first page, and we had written to you about it a month before.",
    "I could find nothing that we should have done differently. I am sorry that it has caused you trouble all the same.",
    "The decision was made by the rules that are the same for everybody, and I have checked that they were kept.",
    "I have compared it with five similar cases. We acted in the same way in each of them.",
)
TOO_MUCH = "Above what we pay for this length of wait; look at the scale again."
SECOND_LOOK = "Looked at it on my own; I come to the same."

WAITED_FOR = (
    "Which statement shows the second payment.",
    "A copy of the letter of the other bank.",
    "On which day the call was, as near as possible.",
    "Whether the money has arrived meanwhile.",
)
