"""Arrears, bereavement, and what should have been done for people in a hard place."""

from config.demo.stories.story import Story

CARE = (
    Story(
        "loan", "arrears", sub="personal-loan", amount=(120, 900), upheld=0.55, severity=2, need="hardship", loud=True,
        said="[I lost my job in {month} and told you the same week.|I was made redundant and I am trying to do this properly.|"
        "Since I lost my job I have paid you what I can.] [You agreed {small} a month and then sent the default letter.|Every "
        "fortnight somebody new asks me for my whole life story.|I filled in the form about what I spend on food, {n} "
        "times.] [I am not hiding.|I want to pay; I want to be left to pay.]",
        wanted="[The plan that we agreed, in writing.|The charges of {small} taken off, and no more calls.]",
        tried="[Set up another review of income.|Explained that the letters go out by themselves.]",
        cause="contact-harmful",
        found="The plan was agreed and not entered, so the letters went on.",
        weight=5,
    ),
    Story(
        "mortgage", "arrears", amount=(400, 2400), upheld=0.5, severity=3, need="hardship", loud=True,
        said="[We fell behind with {amount} when my hours were cut.|You speak of repossession over {amount}.|Two payments missed in "
        "{years} years, and you send a lawyer's letter.] [I had asked you for a lower payment in {earlier}.|{who} said that a "
        "break was fine.|I rang you first, as your advert says one should.] [The children have seen the letter.|My wife, who had "
        "chemotherapy until {month}, opened it.]",
        wanted="[A payment that we can manage, and no court.|The break that we were promised.]",
        tried="[Offered to look at it in thirty days.|Explained the arrears charge.]",
        cause="vulnerability-missed",
        found="The break was promised in the call and refused by a rule that does not see the call.",
        weight=3,
    ),
    Story(
        "current-account", "collections", sub="overdraft", amount=(80, 800), upheld=0.6, severity=3, need="health", loud=True,
        said="[You rang me {n} times while I was having chemotherapy.|My carer told you that I was in hospital, and you rang "
        "again.|I asked you to write and not to ring; you ring.] [It is about {amount}.|All this for {amount}.] [I cannot hold a "
        "telephone for long.|The nurse asked who keeps calling.|I have told {who}, I have told the next one.] [Have you no note on "
        "your screen?|Please, write.]",
        wanted="Letters only, and time until I am well.",
        tried="[Put a note on the account.|Explained that the dialler is another system.]",
        cause="contact-harmful",
        found="The wish for letters was noted and is not read by the dialler.",
        weight=3,
    ),
    Story(
        "current-account", "bereavement", upheld=0.75, need="bereavement", loud=True, severity=2,
        said="[My mother died and you keep writing to her.|Since my husband died I have had {n} letters for him.|My father died in "
        "{month} and you have lost the certificate twice.] [Each time I have to say it again.|The lady at {town} was kind; the "
        "letter that followed was not.|You sent him an offer for a loan.] [There is {small} in the account and you want "
        "probate for it.|I just want it to be over.]",
        wanted="[The account closed, and no more letters.|One person who deals with it.]",
        tried="[Registered the death again.|Promised that the letters would stop.]",
        cause="marker-not-passed",
        found="The death was registered on one of three products.",
        weight=5,
    ),
    Story(
        "savings", "bereavement", amount=(900, 8800), upheld=0.6, need="bereavement", loud=True, severity=2,
        said="[I am the executor and I have been waiting for {amount} since {month}.|Since my wife died you have asked me for the same "
        "paper {n} times.|My mother died in spring and her savings are still hers.] [The funeral is paid from my own card.|The "
        "solicitor has sent you the grant.|You opened the letter on {earlier}, your stamp is on it.] [{who} rang to say that it "
        "was done; it was not.|I should be grieving, not faxing.]",
        wanted="The {amount} paid to the estate, and the interest on my card.",
        tried="[Asked for the grant again.|Passed it to the bereavement team.]",
        cause="hand-off-lost",
        found="The grant was with us for five weeks in the queue of a team that no longer exists.",
        weight=3,
    ),
    Story(
        "current-account", "collections", sub="overdraft", amount=(60, 500), upheld=0.6, severity=4, need="safety", loud=True,
        said="[You gave my new number to my husband and he will find me.|There is no heating in this house and you took the last "
        "{small}.|I cannot go on like this, with you ringing every day.] [It is about {amount}, I know.|I have told you that I am on "
        "my own with the baby.|I have told you what he is like.] [Please tell me what I should do.|I am writing this at night "
        "because I do not sleep.]",
        wanted="[The calls to stop.|Help, and a person.]",
        tried="Put the account on hold for a week.",
        cause="vulnerability-missed",
        found="What the customer told us in the first call was noted and led to nothing.",
        weight=2,
    ),
    Story(
        "current-account", "bereavement", language="pl", need="bereavement", loud=True, severity=3, upheld=0.7, weight=0,
        said="[Moja matka zmarła w marcu, a Państwo nadal piszą listy do niej.|Od śmierci mojej matki wysłałem Państwu akt zgonu już "
        "{weeks} razy.] [Każdy list otwiera mój ojciec.|Nikt w oddziale nie umie mi pomóc.] Proszę o jedną osobę, z którą mogę "
        "rozmawiać po polsku.",
        wanted="[Koniec listów i zamknięcie konta.|Jedna osoba, która załatwi wszystko do końca.]",
        tried="Asked for the certificate again, in English.",
        cause="marker-not-passed",
        found="The death was registered on the savings account only.",
    ),
    Story(
        "card", "service", sub="credit-card", upheld=0.6, need="care", loud=True,
        said="[I look after my brother and you will not talk to me.|My carer is not allowed to ask for my own new card.|You "
        "cancelled the third-party mandate because of a form from {years} years ago.] [He cannot come to the phone; that is the "
        "point.|I have brought the papers to {town} twice.|{who} read me the rules, slowly.] [My carer has to buy my food with her "
        "own money.|As my carer says, it is like talking to a wall.]",
        wanted="The mandate back.",
        tried="[Asked for the form again.|Explained the rules on third parties.]",
        cause="policy-rigid",
        found="The mandate was valid; the new form was not needed.",
        weight=2,
    ),
    Story(
        "current-account", "arrears", sub="overdraft", amount=(30, 300), upheld=0.5, need="hardship",
        said="[I asked for help with my overdraft and got a leaflet.|The overdraft eats up a third of what I get.|Every month I start "
        "{amount} in the red and every month you charge me for it.] [I told {who} on {date} that I cannot get out of it.|You "
        "advertise help and the form asks for a scanner.] [I am not asking for a present.|A plan would do, even a small one.]",
        wanted="[The charges stopped and a plan.|To pay {small} a month and no interest.]",
        tried="Sent the budget form.",
        settled="Overdraft plan agreed, interest stopped for six months; the customer accepts.",
        cause="policy-rigid",
        found="The customer met the conditions for the plan at the first call.",
        weight=3,
    ),
)  # fmt: skip
