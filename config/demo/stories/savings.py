"""Savings accounts and ISAs."""

from config.demo.stories.story import Story

SAVINGS = (
    Story(
        "savings", "interest", sub="easy-access", amount=(6, 120), refund=True, upheld=0.45,
        said="[My savings earn less than the tin under my bed.|The rate on my account fell and I had to read about it.|You "
        "pay new customers four times what you pay me.] [By my sums I have missed {amount}.|That is {amount} in one "
        "year.] [A letter would have been decent.|I have saved with you for {years} years.|You did tell me, on page six of "
        "something.] [Loyalty is a fine word on your wall in {town}.|I would have moved it.]",
        wanted="[The {amount}, or the better account.|To be put on the rate that new people get.]",
        tried="[Explained how to open the new account.|Sent the notice of the rate again.]",
        settled="Moved to the better account from the first of the month; the customer accepts.",
        cause="fee-unclear",
        found="The notice was sent in time, in a message that three in four customers do not open.",
        weight=4,
    ),
    Story(
        "savings", "maturity", sub="fixed-term", amount=(40, 700), refund=True, upheld=0.6,
        said="[I asked for my bond to be paid out and you locked it up for another two years.|My fixed-term account ended on "
        "{date} and nobody asked me.|You rolled my savings over although I had said no.] [The form was in the "
        "envelope that you sent me.|I gave it to {who} at the counter.|I posted it ten days before.] [That was for the "
        "roof.|My granddaughter's driving lessons were in there.|Out of it now would cost me {amount}.]",
        wanted="[My money without a penalty.|It paid out, and the {amount} forgotten.]",
        tried="[Explained that the form came too late.|Asked the savings team for an exception.]",
        settled="Paid out without penalty, as the form bears a stamp in time; accepted.",
        cause="keyed-wrong",
        found="The form arrived with four days to spare and was keyed as a renewal.",
        weight=4,
    ),
    Story(
        "isa", "transfer", sub="cash-isa", amount=(20, 400), upheld=0.65,
        said="[My ISA has been on its way to you for {n} weeks.|You and {bank} each say the other has it.|I asked you in "
        "{month} to fetch my ISA.] [In the meantime it earns nothing.|I make it {amount} of lost interest so far.|The tax year "
        "does not wait.] [There was a cheque, in this century.|The form has gone to and fro because of a middle initial.|My "
        "signature is apparently too old.]",
        wanted="[The ISA here and {amount} for the wait.|To know where my money is.]",
        tried="[Chased the other provider.|Asked for the form again.]",
        settled="Transfer found and dated back; interest of {small} added. Accepted.",
        cause="other-bank",
        found="The other provider sent the money on the ninth day; we matched it on the thirty-first.",
        weight=4,
    ),
    Story(
        "isa", "wrong-information", sub="cash-isa", amount=(15, 500), upheld=0.55,
        said="[I was told that I could pay in again what I took out.|Your colleague said this ISA is flexible and it is not."
        "|Because of what {who} told me I have lost part of my allowance.] [I took out the {amount} for a week.|It was {amount} "
        "for a new boiler, back within the month.] [Now the system says no.|The lady at {town} was very sure.|You do have a "
        "flexible one, only not mine.]",
        wanted="[For it to count as never taken out.|My allowance back, or what it is worth.]",
        tried="Explained the rules of the account.",
        settled="Payment reversed within the tax year, allowance restored; the customer is delighted.",
        cause="wrong-information",
        found="The call confirms that the account was described as flexible.",
        weight=3,
    ),
    Story(
        "savings", "statements", sub="easy-access", severity=1, upheld=0.7,
        said="[I have not had a passbook entry since {month}.|I have asked for my certificate of interest since {month}.|The interest letter for my tax return has the wrong year.] [My accountant is a patient man.|The machine in "
        "{town} only prints hearts, I am told it is a fault.|Online, you say. I am eighty-one.]",
        wanted="The certificate on paper.",
        tried="Told the customer how to print it.",
        settled="Certificate printed and posted the same day; accepted.",
        cause="policy-rigid",
        found="Paper certificates can be sent; the contact centre's guide says that they cannot.",
        weight=3,
    ),
    Story(
        "savings", "service", sub="fixed-term", amount=(100, 900), upheld=0.5,
        said="[It took {n} days to open the account and the rate was gone.|I applied on {date} at the good rate and was opened at "
        "the bad one.|You sat on my application until the offer had ended.] [The difference is {amount} over the term.|That is "
        "{amount} to me.] [You wanted the same driving licence again and again.|'Due to high demand' is not my fault.]",
        wanted="The rate of the day on which I applied.",
        tried="[Explained that the rate counts on the day of opening.|Offered 15.00.]",
        settled="Account changed to the rate of the day of application; accepted.",
        cause="policy-rigid",
        found="The application was complete on the first day; our page promises the rate for fourteen.",
        weight=2,
    ),
    Story(
        "isa", "transfer", sub="cash-isa", amount=(4000, 38000), loud=True, upheld=0.7,
        said="[You have mislaid {amount}.|{amount} of mine has been nowhere for {n} weeks.|My whole ISA, {amount}, left {bank} "
        "and has not arrived.] [They sent me the proof.|I have the reference of the transfer and {who} could not find it.|I "
        "was promised a call on {date}, and another one since.] [I do not sleep.|It is my pension.|I have kept a diary of "
        "this and it is at page {n}.]",
        wanted="[The money, and what it would have earned.|To see it in my account.]",
        tried="[Asked the transfer team for a search.|Asked the customer for the proof again.]",
        cause="no-chaser",
        found="The payment arrived without a name and was in the suspense account; the weekly check was not done.",
        weight=4,
    ),
    Story(
        "savings", "maturity", sub="fixed-term", amount=(1100, 7400), refund=False, loud=True, upheld=0.5, severity=3,
        said="[You paid my savings into an account that I closed in {month}.|My bond has gone to an account that is not mine "
        "any more.|{amount} of mine went to my former husband.] [I had given you the new number, twice.|The form is clear, I "
        "have a copy.|{who} admitted it on the phone on {date}.] [He has spent it, of course.|You say that I must ask him.|He is "
        "not a man one asks.]",
        wanted="{amount}, from you.",
        tried="[Asked for the money back from the account it went to.|Explained that it could take weeks.]",
        cause="keyed-wrong",
        found="The new account number was confirmed on the form and the old one was used.",
        weight=2,
    ),
)  # fmt: skip
