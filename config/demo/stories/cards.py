"""Cards, payments and cash machines."""

from config.demo.stories.story import Story

CARDS = (
    Story(
        "card", "double-charge", sub="debit-card", amount=(12, 240), refund=True, upheld=0.8, fault="third_party",
        said="[I have been charged twice at {merchant}.|My card was charged twice by {merchant}.|There are two identical "
        "payments to {merchant} on my statement.] It was on {date}, {amount} each time. [The shop says only one payment "
        "reached them.|They showed me their till roll and it has one.|I only bought one thing.] [Please put one back.|It "
        "is not my job to sort this out between the two of you.|I would like one of them back this week.]",
        wanted="[The second {amount} back.|One of the two payments refunded, {amount}.]",
        tried="[Asked the customer to settle it with the shop.|Raised a duplicate query; no answer from the scheme yet.]",
        settled="Duplicate confirmed on the terminal report; the customer sees the credit and is content.",
        cause="merchant",
        found="The terminal report shows one sale; the second entry is a duplicate presentment.",
        weight=4,
    ),
    Story(
        "card", "disputed-transaction", sub="credit-card", amount=(60, 890), refund=True, upheld=0.55, fault="third_party",
        said="[The parcel from {merchant} never came.|I ordered from {merchant} on {earlier} and nothing has arrived.|"
        "{merchant} took my money and went quiet.] [It was {amount}.|I paid {amount} by credit card.] [You turned down "
        "my dispute because I sent the form a day late.|You closed my dispute without telling me.|Your letter says I "
        "should ask the shop, who do not answer.] [I was abroad that week.|I had sent everything you asked for.|The "
        "form took you two weeks to post to me.]",
        wanted="[{amount} back, and the dispute looked at properly.|For you to take it up with the shop: {amount}.]",
        tried="[Explained the time limit of the card scheme.|Sent the dispute form again.]",
        settled="Dispute reopened with the tracking page as evidence; the customer is happy to wait for it.",
        cause="policy-rigid",
        found="The chargeback was still in time when the form reached us; it was closed on the wrong date.",
        weight=4,
    ),
    Story(
        "card", "fees", sub="credit-card", amount=(12, 60), refund=True, upheld=0.5,
        said="[You charged me {amount} for paying late when I paid on time.|A late fee of {amount} for a payment that left "
        "my account two days early.|I was fined {amount} although I paid in the branch.] [I have the receipt.|I paid on "
        "{date} at your counter in {town}.|My other bank shows it going out on {date}.] [I have had this card for {years} "
        "years and never missed one.|Not once in {years} years have I been late.]",
        wanted="[The fee back and my record put straight.|{amount} back, and no mark on my file.]",
        tried="[Explained that a payment counts when it arrives.|Offered half of the fee.]",
        settled="Late fee of {amount} refunded, marker removed; accepted on the call.",
        cause="fee-unclear",
        found="The payment arrived on the due date after the cut-off, which the statement does not mention.",
        weight=3,
    ),
    Story(
        "card", "card-delivery", sub="debit-card",
        said="[My new card has not come and the old one stopped on {day}.|I have been without a card since {date}.|You "
        "cancelled my card before the new one reached me.] [Twice you told me it was in the post.|You sent it to the flat I "
        "left in {month}.|It turns out nobody had ordered it.] I [had to borrow money for food|could not pay for "
        "my train home|had to walk to the branch with my passport every time I needed cash].",
        wanted="[A card by tomorrow, and something for the trouble.|The card, sent by courier.]",
        tried="[Ordered the card again to the same address.|Told the customer to allow seven days.]",
        settled="Card sent by courier, 20.00 for the trouble; arrived the next day, the customer is pleased.",
        cause="hand-off-lost",
        found="The replacement was ordered, then cancelled when the address change was keyed a day later.",
        upheld=0.8, weight=3,
    ),
    Story(
        "card", "foreign", sub="credit-card", amount=(9, 80), refund=True, upheld=0.4,
        said="[Your fees abroad are nothing like what the lady in {town} told me.|I was told this card is free abroad.|I "
        "took the card on holiday because you advertise it as free.] I came home to {amount} [in charges|of "
        "'non-sterling' fees]. [Nowhere on the leaflet does it say cash is different.|The small print is so small that my "
        "wife needed her glasses and a torch.]",
        wanted="The {amount} back.",
        tried="[Sent the customer the tariff.|Explained that cash abroad is charged.]",
        settled="Fees of {amount} refunded once, tariff explained; the customer accepts.",
        cause="fee-unclear",
        found="The leaflet says 'no fees abroad' on its front and names the cash fee on page nine.",
    ),
    Story(
        "card", "cash-machine", sub="debit-card", amount=(40, 300), refund=True, upheld=0.7,
        said="[The machine in {town} paid me nothing and you took {amount}.|Your cash machine counted, whirred and gave me "
        "nothing.|I asked for {amount} and the drawer stayed shut.] [The screen said sorry; my account says {amount}.|You "
        "took {amount} for it all the same.|A man behind me saw it.] [It was {day}, about eight in the evening.|That was "
        "on {date}.] [I was told to wait a fortnight for the count.|The branch told me it is not their machine.]",
        wanted="[My {amount}.|{amount} back before the weekend.]",
        tried="[Asked for the machine's count.|Passed to the cash team, no answer yet.]",
        settled="Machine was over by the same sum; {amount} credited and the customer thanked us.",
        cause="other-bank",
        found="The machine's count was over by the exact amount on that day.",
        weight=3,
    ),
    Story(
        "payments", "payment-late", amount=(150, 960), upheld=0.7,
        said="[My wages took {n} days to reach my account.|A payment of {amount} from {bank} sat somewhere for {n} days.|I "
        "sent {amount} on {date} and it has still not arrived.] [Nobody could say where it was.|Both banks told me to ask "
        "the other.|Your chat told me it would be there in two hours.] [My rent bounced because of it.|My landlord now "
        "thinks I am a liar.|I had to ring my employer, which was not pleasant.]",
        wanted="[To know where the money was, and the bounce fee of {small} back.|An explanation, in writing.]",
        tried="[Asked the other bank for a trace.|Told the customer to wait until Monday.]",
        settled="Payment traced and credited; the knock-on fee of {small} refunded. Accepted.",
        cause="no-chaser",
        found="The payment stopped at our screening queue on a Friday and was not looked at until Tuesday.",
        weight=3,
    ),
    Story(
        "payments", "payment-wrong", amount=(120, 980), refund=True, upheld=0.35, fault="nobody",
        said="[I typed one digit wrong and {amount} went to a stranger.|I paid {amount} to the wrong account on {date}.|My "
        "mother paid {amount} to somebody she does not know.] [I rang within the hour.|I told you the same day.] [You say "
        "that the other bank asks its customer nicely and that is all.|All I hear is that a letter has gone out.|It is "
        "three weeks and I know nothing.]",
        wanted="[The {amount} back, or the name of who has it.|For somebody to press the other bank.]",
        tried="[Sent the recall request.|Explained that the receiver must agree.]",
        settled="Receiver agreed to the recall; money back in the account, the customer is relieved.",
        cause="no-chaser",
        found="The recall was sent the same day; the two chasers that our own rules ask for were not.",
    ),
    Story(
        "payments", "direct-debit", amount=(18, 320), refund=True, upheld=0.75,
        said="[I cancelled this direct debit in {month} and you paid it again.|{merchant} took {amount} although I had "
        "cancelled.|You let a gym take {amount} from a cancelled direct debit.] [I have the screenshot.|Your own app says "
        "'cancelled'.|The girl in {town} cancelled it in front of me.] [I thought there was a guarantee.|You told me to "
        "talk to the company.]",
        wanted="{amount} back under the guarantee.",
        tried="[Told the customer to ask the company.|Raised an indemnity claim, not confirmed.]",
        settled="Refunded {amount} under the guarantee within the hour; accepted.",
        cause="marker-not-passed",
        found="The cancellation was set in the app and not passed on to the payment system.",
        weight=3,
    ),
    Story(
        "card", "double-charge", sub="credit-card", amount=(90, 460), refund=True, upheld=0.85, loud=True,
        said="[This is the third time I write about {amount}.|I keep ringing about {amount} and I keep explaining from the "
        "start.|For the fourth time: you owe me {amount}.] [{merchant} charged me twice on {date}.|It was charged twice "
        "on {date}, at {merchant}.] [As I told your colleague {who}, the shop has confirmed it.|I was told five days, then "
        "ten.|Each person I reach has never heard of it.] [How many more times?|I want it in writing now.]",
        wanted="{amount}, and one person who knows the case.",
        tried="[Promised an answer in five working days.|Raised a query again because the first one could not be found.]",
        cause="hand-off-lost",
        found="Three queries were opened and each was closed as a duplicate of the other.",
        weight=5,
    ),
    Story(
        "card", "disputed-transaction", sub="credit-card", amount=(1000, 3900), refund=True, upheld=0.5, loud=True,
        said="[The kitchen that I paid you for does not exist.|{merchant} has gone under and my {amount} with it.|The sofa "
        "came broken and {merchant} will not collect it.] [I paid {amount} with your credit card because you "
        "advertise protection.|It was {amount} on your card, on {earlier}.] [Your answer was three lines long and got the "
        "name of the shop wrong.|You turned it down without looking at my photographs.|After {n} weeks you tell me that it "
        "is 'not a like claim', whatever that means.]",
        wanted="{amount}, as the law says when goods never come.",
        tried="[Explained that the claims team had decided.|Asked the claims team to look again.]",
        cause="no-reasons",
        found="The claim was declined with a standard letter; the evidence had been filed to another case.",
        severity=2, weight=3,
    ),
    Story(
        "payments", "payment-late", amount=(1400, 9200), upheld=0.75, loud=True, severity=3,
        said="[We nearly lost the house because your payment team had gone home.|My completion money did not move on {date}."
        "|You held {amount} on the very day we were to move.] [The removal van stood outside for seven hours.|The other side "
        "charged us for the delay.|We slept on my sister's floor.] [I rang {n} times and nobody called back.|I asked for "
        "someone in charge and was cut off.|I was passed around for {minutes} minutes at a time.]",
        wanted="[What the delay cost us, and an apology from a person.|The penalty that the other side charged, and an apology.]",
        tried="[Asked the payment team to release it.|Told the customer that checks cannot be hurried.]",
        cause="urgent-line",
        found="The payment was held for a check at 11:40; the urgent line rang out four times that afternoon.",
        weight=3,
    ),
)  # fmt: skip
