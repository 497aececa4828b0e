"""How people were treated: conduct, discrimination, access."""

from config.demo.stories.story import Story

PEOPLE = (
    Story(
        "branch", "conduct", restricted="discrimination", severity=3, upheld=0.5, loud=True, weight=2,
        said="[The man at the counter imitated my accent.|He asked me where I am really from, in front of the queue.|I was asked for "
        "three papers and the man before me for none.] [I have banked in {town} for {years} years.|I am a head teacher, not that it "
        "should matter.|It is because I am not from here; he as good as said so: 'because I am careful with your sort'.] [People "
        "laughed.|Nobody said a word.|My accent is my mother's.]",
        wanted="[An apology from him, not from a template.|To know that it will not happen to the next person.]",
        tried="[Apologised on behalf of the branch.|Promised to speak to the colleague.]",
        cause="conduct",
        found="Two colleagues heard it; the words were as described.",
    ),
    Story(
        "branch", "access", severity=2, upheld=0.7, loud=True, need="health", weight=3,
        said="[I could not get into your branch with my wheelchair.|The ramp in {town} is used to store the signs.|Your lift has been "
        "out of order since {month} and my wheelchair does not climb.] [I was served on the pavement, in the rain, about my "
        "overdraft.|{who} offered to shout through the door.|I was told to use the app.] [I do not want cake, I want a door.|I have "
        "complained about it to the one who held it open.]",
        wanted="[A way in.|The lift mended, and a date.]",
        tried="[Apologised.|Passed it to the property team.]",
        cause="policy-rigid",
        found="The repair was ordered in spring and cancelled as the branch was to be refitted.",
    ),
    Story(
        "current-account", "conduct", severity=1, upheld=0.5, weight=4,
        said="[{who} sighed at me for {minutes} minutes.|I have never been spoken to like that by a bank.|The young man told me to "
        "calm down; I was calm.] [I had asked about a standing order of {small}.|All I wanted was my balance.] [I worked in a shop "
        "for {years} years and I know how to talk to people.|He hung up, and I think he meant to.|I do not want him sacked, I want "
        "him taught.]",
        wanted="[An apology.|For somebody to listen to the call.]",
        tried="Apologised for how the customer felt.",
        settled="Team leader listened to the call, rang and apologised without ifs; accepted.",
        cause="conduct",
        found="The call has been listened to: curt, twice interrupting, and ended by us.",
    ),
    Story(
        "branch", "conduct", severity=1, upheld=0.4, weight=3,
        said="[You talked about my overdraft so that the whole branch could hear.|My balance was read out across the counter in {town}."
        "|The lady asked me loudly whether I could afford it.] [My neighbour was two places behind me.|I went as red as your logo."
        "|There is a little room for that, it was full of boxes.]",
        wanted="[An apology, and a bit of discretion.|The room cleared.]",
        tried="Apologised at the counter.",
        settled="Branch manager apologised in person and showed the room, now empty; accepted.",
        cause="conduct",
        found="The counter is two metres from the queue, and the colleague had to repeat herself.",
    ),
    Story(
        "mortgage", "conduct", restricted="conduct", severity=3, upheld=0.45, loud=True, weight=1,
        said="[Your adviser asked my wife whether she planned to have more children.|The adviser said that people like us usually do "
        "not keep up.|We were told, with a smile, to try somewhere 'more suitable'.] [Because I am self-employed, he said, and then "
        "he looked at the pram.|That was on {date} in {town}, with the door open.|He laughed at our budget.] [We want to "
        "speak to someone in charge.|We have it in writing, more or less.]",
        wanted="Another adviser, and a word about this one.",
        tried="[Offered another appointment.|Apologised for the impression.]",
        cause="conduct",
        found="The notes of the appointment hold remarks that have no place there.",
    ),
    Story(
        "current-account", "access", language="cy", severity=2, upheld=0.7, loud=True, weight=1,
        said="[Gofynnais am wasanaeth yn Gymraeg a chefais lythyr Saesneg.|Mae eich llinell Gymraeg wedi bod ar gau ers {weeks} "
        "wythnos.] [Rwyf wedi bod gyda chi ers {years} o flynyddoedd.|Dywedodd y ferch ar y ffôn nad oedd neb ar gael.] Byddaf yn ysgrifennu at "
        "yr ombudsman os na chaf ateb.",
        wanted="[Ateb yn Gymraeg.|Llythyr yn Gymraeg ac ymddiheuriad.]",
        tried="Answered in English and apologised.",
        cause="policy-rigid",
        found="The Welsh line is staffed on three days; our page says every day.",
    ),
)  # fmt: skip
