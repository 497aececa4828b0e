"""Scams, stolen cards and data in wrong hands."""

from config.demo.stories.story import Story

FRAUD = (
    Story(
        "payments", "scam", amount=(900, 9600), refund=True, severity=3, upheld=0.55, loud=True, weight=4,
        said="[I have been scammed and you watched.|A man who said he was from the bank had my money within the hour.|He knew my "
        "name, my street and my last three payments.] [{amount} went in {n} payments.|In the end it was {amount}.] [The warning "
        "on the screen was the same one that I see when I pay the window cleaner.|I asked {who} whether it was safe and he said "
        "he could not advise.|Nobody stopped to ask why a woman of my age buys cryptocurrency.] [You tell me that I "
        "authorised it.|I feel such a fool, and you are not helping.]",
        wanted="[The {amount}.|My {amount}, and for you to warn people properly.]",
        tried="[Contacted the bank that received it; nothing left.|Explained that the payment was authorised.]",
        cause="warning-ineffective",
        found="The payments were out of character; the warning shown was the general one.",
    ),
    Story(
        "payments", "scam", amount=(10400, 31000), refund=True, severity=4, upheld=0.6, loud=True, weight=1,
        said="[Everything we had saved for the house is gone: {amount}.|{amount}, in one afternoon, to a man who said he was from "
        "the bank.|They sent me my solicitor's bill with their own account number on it.] [I rang you within the hour and sat on "
        "hold for {minutes} minutes.|The name did not match and your screen let me go on.|You asked me whether I was sure. I was "
        "sure; that is what a scam is.] [We complete in {n} weeks.|My husband does not know yet.]",
        wanted="The {amount} back before we lose the house.",
        tried="[Asked the receiving bank to freeze what is left.]",
        cause="urgent-line",
        found="The call was answered after most of the money had been moved on; it could have been stopped.",
    ),
    Story(
        "card", "disputed-transaction", sub="debit-card", amount=(60, 950), refund=True, upheld=0.65, loud=True, weight=4,
        said="[{amount} is gone from my account, and not through me.|I have never been to {town}, and my card has, you say.|Somebody "
        "bought {amount} of trainers with my card.] [I did not make this payment, and I have told {who}.|I did not make this payment: it "
        "was at {merchant}, on {date}, while I was at work.|I did not make this payment; the card was in my purse all along.] [You say "
        "the PIN was used.|You blocked the card and kept the charge.|I had to fill in the form {n} times.]",
        wanted="[{amount} back.|My money, and a new card.]",
        tried="[Explained that chip and PIN were used.|Blocked the card, sent a form.]",
        cause="policy-rigid",
        found="The pattern fits a card that was looked at and copied; our own list of that week has eleven more.",
    ),
    Story(
        "current-account", "data", upheld=0.75, severity=3, loud=True, weight=3,
        said="[I get someone else's letters and I wonder who gets mine.|You sent my details to my former partner.|You sent my "
        "details to a letting agent who had not even asked.] [He found me because of it.|I moved away for a reason.|My balance was "
        "read out to me by a man I had never met.] [I told you in {month} that the address is secret.|There is a note on my "
        "account, {who} put it there.]",
        wanted="[To know who has seen what.|My new address kept to yourselves, and help with moving.]",
        tried="[Removed the old address.|Apologised and passed it to the privacy team.]",
        cause="marker-not-passed",
        found="The marker for a secret address was on the account and not on the joint savings account.",
    ),
    Story(
        "card", "disputed-transaction", sub="credit-card", amount=(30, 600), refund=True, upheld=0.5, weight=3,
        said="[A free trial at {merchant} has cost me {amount} so far.|I signed up for one month of something and pay for ever.|"
        "Every month {merchant} takes money that I did not agree to.] [You tell me that I gave them my number.|Stopping "
        "it is apparently not possible without stopping the card.|{who} told me to write to them, in Cyprus.]",
        wanted="It stopped, and {amount} back.",
        tried="[Explained that the shop must be asked first.|Sent the dispute form.]",
        settled="Recurring payment blocked, last charge of {small} refunded; accepted.",
        cause="wrong-information",
        found="A recurring card payment can be stopped by us at once; the customer was told the opposite.",
    ),
    Story(
        "payments", "account-closed", amount=(50, 900), upheld=0.3, weight=3,
        said="[You stopped my payment to {merchant} and made me prove who I am.|My payment of {amount} was held for a day and a half "
        "because it looked odd.|I answered fourteen questions about a payment to my own daughter.] [Her deposit was late.|It is my "
        "money and my daughter.|I know that you mean well.] [Who decides what is odd?|{who} sounded as if I was the criminal.]",
        wanted="[To be asked nicely.|An apology, and the late charge of {small}.]",
        tried="Explained why payments are held.",
        settled="Apology for the tone, late charge of {small} refunded; accepted.",
        cause="policy-rigid", fault="nobody",
        found="The hold was right: the account paid was on a list of that day. The call was longer than needed.",
    ),
    Story(
        "payments", "scam", language="pt", amount=(600, 4800), refund=True, upheld=0.5, severity=3, loud=True, weight=1,
        said="[Enganaram-me e perdi {amount} libras numa tarde.|Um homem ligou-me a dizer que era do vosso banco e levou {amount}.] [O "
        "aviso no ecrã estava em inglês e eu não percebi.|Telefonei logo e esperei {minutes} minutos.|Ninguém fala português.] [Se "
        "não me devolverem, vou ao provedor.|Já contei tudo a um advogado.]",
        wanted="[O meu dinheiro de volta.|A devolução de {amount} libras.]",
        tried="Explained in English that the payment was authorised.",
        cause="warning-ineffective",
        found="The warning was shown in English although the app is set to Portuguese.",
    ),
)  # fmt: skip
