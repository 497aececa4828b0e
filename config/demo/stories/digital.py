"""The app, the website and signing in."""

from config.demo.stories.story import Story

DIGITAL = (
    Story(
        "app", "sign-in", upheld=0.75, weight=4, peak=(75, 71),
        said="[Your app locked me out on payday.|I was shut out of my account the whole of {day}.|From morning to night on {date} "
        "the app said 'something went wrong'.] [My rent bounced.|My childminder was not paid.|I stood at the till with a full "
        "trolley.] [The chat said to try later, {n} times.|'We are aware' is not an answer.|The phone line was a recording of "
        "the app's message.]",
        wanted="[The charge of {small} and something for the day.|What it cost me: {small}.]",
        tried="[Told the customer to reinstall the app.|Apologised for the outage.]",
        settled="Charge of {small} refunded and 20.00 for the day; accepted.",
        cause="faulty-release",
        found="The release of that morning locked out everyone whose phone had not been restarted.",
    ),
    Story(
        "app", "sign-in", upheld=0.5,
        said="[Your app does not know my face since I had my hair cut.|New phone, no way in.|I am locked out until a letter comes "
        "with a code.] [The letter takes {n} days.|It went to my daughter's address, where I have never lived.|The help page "
        "sends me to the app.] [I pay my bills on the phone because you closed the branch.|You were the ones who wanted me to "
        "go digital.]",
        wanted="[In, today.|Another way to prove that I am I.]",
        tried="[Sent another code by post.|Took the customer through the recovery, which failed.]",
        settled="Identity checked by video call, access restored; the customer accepts.",
        cause="lock-out",
        found="The recovery by text was switched off for numbers changed within thirty days.",
        weight=4,
    ),
    Story(
        "app", "app-fault", amount=(20, 350), upheld=0.6,
        said="[The app shows a balance that is not mine.|Twice this week the app said I had {amount} and I did not.|My standing "
        "order to my sister vanished with your update.] [Because of it I am overdrawn and you charge me for it.|I have a "
        "picture of the screen.|She rang me to ask what she had done wrong.] [An app that cannot count is no use to a bank.|I "
        "liked the old one.]",
        wanted="[The charge of {small} back, and an app that works.|To be told when it is mended.]",
        tried="Passed the fault to the developers.",
        settled="Fault confirmed, charge of {small} refunded; accepted.",
        cause="faulty-release",
        found="The balance was shown before the night's payments were booked.",
        weight=3,
    ),
    Story(
        "app", "app-fault", severity=1, upheld=0.4,
        said="[The letters on your new screens are grey on grey.|Who thought of a keyboard that covers the button?|The update moved "
        "everything and now I pay people by accident.] [My eyes are not what they were.|I have asked my grandson, and he did not "
        "know either.|I sent {small} to a plumber from {years} years ago.]",
        wanted="The old size of letters.",
        tried="Showed the customer where to set the size.",
        settled="Large letters set up together on the phone; the customer is content.",
        cause="our-wording", fault="nobody",
        found="The setting is there; it takes five taps to find it.",
        weight=3,
    ),
    Story(
        "app", "service", severity=1, upheld=0.6,
        said="[Your chat robot asked me four times whether that had answered my question.|I typed for {minutes} minutes and was "
        "then told that the office is closed.|A robot called Max wished me a great day.] [I only wanted a new card reader.|It was "
        "about a payment of {small}.|When at last a person came, she did not see what I had written.] [Third time lucky, I "
        "thought, and rang you.|Next time I shall use a stamp.]",
        wanted="[A person.|The card reader, and a chat that remembers.]",
        tried="Apologised in the chat.",
        settled="Request done while on the phone; the customer accepts.",
        cause="hand-off-lost",
        found="The hand-over from robot to person loses what was typed before.",
        weight=3,
    ),
    Story(
        "app", "access", upheld=0.6, need="access",
        said="[Your app does not speak to my screen reader any more.|I need one for everything, and your last update shut me out.|The code that "
        "you show me is a picture.] [It used to work until {date}.|I told {who} in {month}, and he was sorry.|You offer me a "
        "letter; think about that.] [I wish to do my own banking.|My neighbour should not have to read me my balance.]",
        wanted="[Buttons with names.|To use the app on my own again.]",
        tried="Passed it to the developers; no date.",
        cause="faulty-release",
        found="Seven of the screens changed in that release have buttons without names.",
        weight=2,
    ),
    Story(
        "app", "payment-late", amount=(1050, 4200), loud=True, upheld=0.6,
        said="[The app said 'paid' and the builder says it was not.|I sent {amount} on {date}, got a green tick, and nothing "
        "arrived.|A green tick is a promise, I should have thought.] [He has stopped work; there is no roof on the back room.|My "
        "credit with him is gone.] [Nobody rang back, though {who} said so.|The chat said to speak to a manager and then "
        "closed.]",
        wanted="{amount} to arrive, and a letter that I can show him.",
        tried="[Asked the payments team to look.|Told the customer that it was held for a check.]",
        cause="marker-not-passed",
        found="The payment was held for a check after the tick was shown; no message was sent.",
        weight=4,
    ),
    Story(
        "app", "sign-in", loud=True, amount=(30, 500), upheld=0.75, weight=3, peak=(75, 66),
        said="[Nine hours without my money, and nobody rang back.|Locked out on payday, and five more days until somebody looks at "
        "it.|I keep calling about the {day} when your app was down.] [I lost a day's work over it, {amount}.|My landlord charged me "
        "{amount} for the bounced rent.] [I am not angry about the app, I am angry about the answer.|You sent me a link to a page "
        "about being safe online.]",
        wanted="{amount} and an apology from a person.",
        tried="[Apologised for the outage.|Offered 10.00.]",
        cause="lock-out",
        found="The lock-out lasted nine hours; the charge followed from it directly.",
    ),
    Story(
        "app", "data", loud=True, severity=3, upheld=0.7,
        said="[Your app shows me somebody else's statements.|Since {date} I see the account of a stranger in {town}.|I know what my "
        "namesake spends on his dog.] [If I see his, who sees mine?|I have told {who}, who asked me to log out and in.|It says "
        "somebody else's statement at the top, with the address.] [I will report you to the commissioner.|That cannot be "
        "legal.]",
        wanted="[To know who saw my data, and when.|It stopped, and an honest answer.]",
        tried="[Told the customer to reinstall the app.|Raised it as a fault.]",
        cause="faulty-release",
        found="Two profiles shared a device number after a restore; 14 views in six days, all listed.",
        weight=2,
    ),
)  # fmt: skip
