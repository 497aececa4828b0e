"""What comes in as a complaint and is not ours to answer. Two people set it aside."""

from config.demo.stories.story import Story

OUTSIDE = (
    Story(
        "current-account", "service", severity=1, aside="not_a_complaint",
        said="[I would like to know whether the branch in {town} opens on Saturdays.|Please tell me how I order a paying-in book.|Which of "
        "your accounts would you recommend for a student?] [The form asked me to choose a subject, so I chose complaint.|I could not find "
        "another button.] [I am quite happy otherwise.|Thank you, I am otherwise content.]",
        wanted="An answer.",
        tried="Answered the question.",
        cause="our-wording",
        found="A question, answered the same day; nobody is unhappy.",
    ),
    Story(
        "card", "disputed-transaction", sub="credit-card", severity=1, aside="out_of_scope",
        said="[{merchant} will not take back the shoes that I bought.|The coffee machine from {merchant} leaks.|{merchant} sent away my "
        "daughter.] [I paid with your card, so I am telling you.|Please make them see sense.] [I do not want anything from the bank "
        "itself.|You have done nothing wrong, I should say.]",
        wanted="For you to have a word with them.",
        tried="Explained what a card payment covers.",
        cause="merchant",
        found="About the shop only; the customer was told whom to write to.",
    ),
    Story(
        "savings", "interest", severity=1, aside="referred",
        said="[My complaint is about {bank}, who pay me the wrong interest.|{bank} has lost my bond certificate.|I am cross with {bank} about a "
        "closing fee.] [A friend said that you belong together.|Your adverts look the same.|I found your address first.] [If it is not you, please "
        "send this on.|I trust that you know who is meant.]",
        wanted="The right interest.",
        tried="Looked for an account with us; there is none.",
        cause="other-bank",
        found="No account with us; passed on with the customer's consent.",
    ),
)  # fmt: skip
