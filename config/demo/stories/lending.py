"""Mortgages and loans."""

from config.demo.stories.story import Story

LENDING = (
    Story(
        "mortgage", "wrong-information", sub="fixed-rate", amount=(80, 900), upheld=0.6,
        said="[Nobody told me that the valuation fee would not come back.|I was told the {amount} would be refunded if we "
        "did not go ahead.|You said the product transfer is free and then came {amount}.] [It was said in the branch in {town}, "
        "to both of us.|{who} wrote it on the back of a card, which I still have.|It is in my notes of {earlier}.] [I would "
        "have gone to {bank}.|We are not rich people; this was the carpet money.]",
        wanted="The {amount} back.",
        tried="[Sent the terms with the passage marked.|Asked the adviser, who does not remember.]",
        settled="Fee refunded as a goodwill within the limit, terms explained; accepted.",
        cause="wrong-information",
        found="The adviser's file has no note of the fee being explained, as it must.",
        weight=3,
    ),
    Story(
        "mortgage", "statements", sub="tracker",
        said="[My mortgage statement has somebody called {who} as second borrower.|The yearly statement says one payment "
        "is missing and there is none.|Three letters on one day with three different monthly payments.] [I have paid by "
        "standing order on the first for {years} years.|My husband thinks that we are in trouble.|I rang and was told to "
        "ignore two of them, not which.]",
        wanted="[One letter that is right.|A corrected statement and a word of regret.]",
        tried="Told the customer which letter counts, by phone only.",
        settled="New statement sent with a letter that withdraws the others; accepted.",
        cause="faulty-release",
        found="The yearly run was started twice with different rates.",
        severity=1, upheld=0.8, weight=3,
    ),
    Story(
        "mortgage", "application", upheld=0.45,
        said="[Our application has been 'with the underwriter' for {n} weeks.|Every week you want another payslip.|We "
        "answered the same question about the garage {n} times.] [The seller is losing patience.|The rate we were offered "
        "ended on {date}.|My partner is a nurse and cannot ring you at eleven in the morning.] [Just say yes or no.|I want to "
        "know what is missing, all of it, once.]",
        wanted="[A decision by Friday, at the rate of our first offer.|One list of what is missing.]",
        tried="[Chased the underwriter.|Asked for one more payslip.]",
        settled="One list sent, decision made two days later at the old rate; the customers are happy.",
        cause="no-chaser",
        found="The papers were complete for nine days before anybody noticed.",
        weight=4,
    ),
    Story(
        "loan", "early-repayment", sub="car-loan", amount=(30, 280), refund=True, upheld=0.55,
        said="[I paid my car off early to save money and it cost me {amount}.|The settlement figure was good for ten days and on "
        "day four it was {amount} more.|You charged {amount} for letting me pay you back.] [The figure came by e-mail on "
        "{date}.|{who} said there would be nothing more to pay.|It is a Fiesta, not a yacht.]",
        wanted="[The {amount} back.|The difference of {amount}, and a letter that it is finished.]",
        tried="[Explained the 58 days' interest.|Sent the calculation.]",
        settled="Difference refunded as the figure was still valid; accepted.",
        cause="fee-unclear",
        found="The settlement figure was honoured by the system only until the next instalment, which it does not say.",
        weight=3,
    ),
    Story(
        "loan", "interest", sub="personal-loan", amount=(25, 600), refund=True, upheld=0.4,
        said="[The loan was advertised at less than six per cent and mine is at eleven.|My rate went from the advert's to "
        "something else between two screens.|I make it {amount} too much interest by now.] [I am a maths teacher.|My son is "
        "a solicitor and he could not follow your letter.|I saw the small type afterwards, with the magnifier.] [Show me the "
        "sum.|Either the advert is wrong or my loan is.]",
        wanted="The sum, line by line, and {amount} if I am right.",
        tried="Explained what a representative rate is.",
        settled="Calculation sent and gone through by phone; the customer agrees with it.",
        cause="our-wording",
        found="The rate is the one in the agreement; the advert names a representative rate, correctly.",
        fault="nobody", weight=3,
    ),
    Story(
        "loan", "application", sub="personal-loan", upheld=0.3,
        said="[You turned me down for a loan in eleven seconds.|Declined, and your letter says to ask a credit agency, who say "
        "to ask you.|After {years} years with you I am declined by a machine.] [I earn more than ever.|I have never owed "
        "anyone a penny.|The agency has nothing against me, I paid to look.] [I want a person to look at it.|I want to know "
        "why.]",
        wanted="[A person's decision, with the reason.|The reason.]",
        tried="[Explained that the score decides.|Passed it to the lending team without result.]",
        settled="Looked at by an underwriter, a smaller loan offered and taken; accepted.",
        cause="no-reasons",
        found="The decision follows our rules; the letter gives none of the reasons that we must give.",
        severity=1, weight=3,
    ),
    Story(
        "mortgage", "early-repayment", sub="fixed-rate", amount=(1150, 6900), refund=True, loud=True, severity=3, upheld=0.5,
        said="[You took {amount} for leaving a week too early.|The penalty of {amount} was not in the figure that you sent my "
        "conveyancer.|I was told to the day when I could leave free of charge, and it cost {amount}.] [{who} gave me the date, "
        "and I wrote it on the calendar.|The redemption statement of {earlier} has a nought in that line.|It is in your "
        "secure message, which you have now deleted.] [I do not want to sue anybody.|We had bought the bathroom with it.|My "
        "wife has not spoken to me since.]",
        wanted="[The {amount}, with interest.|What I was told.]",
        tried="[Explained the terms.|Asked for the recording of the call.]",
        cause="wrong-information",
        found="The date given was that of the product, not of the account; a note of the call confirms what was said.",
        weight=4,
    ),
    Story(
        "mortgage", "interest", sub="tracker", amount=(1200, 5200), refund=True, loud=True, severity=3, upheld=0.55,
        said="[Base rate went down and my mortgage did not.|For {n} months I have paid the old rate.|My tracker tracks nothing "
        "but upwards.] [By my reckoning it is {amount}.|{amount} is missing from our savings because of it.] [The letter says "
        "there is a floor; my contract has none.|{who} agreed with me and then could not change it.] [I have written to the "
        "FCA.|If this is what you do to everyone, I shall go to the papers.|The ombudsman will have it next.]",
        wanted="The right rate, and the {amount} with interest.",
        tried="[Sent the page of the terms that names the floor.|Raised it with the mortgage team, no answer in two weeks.]",
        cause="faulty-release",
        found="The account was moved to a product code that has a floor; the customer's contract has none.",
        weight=3,
    ),
    Story(
        "mortgage", "service", loud=True, severity=2, upheld=0.7,
        said="[You have lost the deeds of my house.|Our house is paid and you will not let go of it.|The charge is still on the "
        "register {n} months after the last payment.] [I keep writing and I keep getting the same letter.|For the third time: "
        "the mortgage is paid.|I was promised a call on {date}.] [We cannot sell.|The buyer's lawyer thinks that we are "
        "hiding something.|I should like to die without a mortgage that I do not have.]",
        wanted="The charge off the register, and our costs.",
        tried="[Sent a copy of the closing statement.|Asked the deeds team to call the customer.]",
        cause="hand-off-lost",
        found="The discharge was prepared and waited for a second signature in a folder of a colleague who has left.",
        weight=3,
    ),
    Story(
        "loan", "credit-file", sub="personal-loan", amount=(5100, 9800), loud=True, severity=3, upheld=0.6,
        said="[There is a loan of {amount} on my file that is not mine.|Somebody with my name owes you {amount}.|You are "
        "chasing me for {amount} that a namesake borrowed.] [He was born in another year, which you would see if you looked."
        "|I have never lived in {town}.|You have my date of birth and still write to me.] [The bailiff's letter came to my "
        "mother.|Speak to your manager and stop it.|I am asking for someone in charge, politely, for the last time.]",
        wanted="My name cleared, in writing, with all three agencies.",
        tried="[Asked for a copy of the passport.|Passed it to the collections team.]",
        cause="keyed-wrong",
        found="Two customers of the same name were merged by hand last spring.",
        weight=2,
    ),
    Story(
        "mortgage", "application", language="pl", loud=True, severity=3, amount=(5200, 9000), upheld=0.5, weight=0,
        said="[Czekamy na decyzję kredytową od {weeks} tygodni.|Nasz wniosek o kredyt leży u Państwa od {weeks} tygodni.] Wpłaciliśmy "
        "już {amount} zadatku i możemy go stracić. [Za każdym razem słyszymy co innego.|Nikt nie umie nam odpowiedzieć po "
        "polsku.|Trzy razy wysłaliśmy te same dokumenty.] Chcemy rozmawiać z kimś, kto naprawdę zna sprawę.",
        wanted="[Decyzja na piśmie i zwrot kosztów, jeśli zadatek przepadnie.|Odpowiedź do piątku, po polsku.]",
        tried="Sent the list of missing papers in English.",
        cause="no-chaser",
        found="The papers were complete; the translation of one payslip was asked for twice.",
    ),
)  # fmt: skip
