"""Northmere's customers: invented people whose mail addresses lead nowhere, and telephone numbers kept for drama."""

import unicodedata
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from escalations.people import Contact


def _names(text: str) -> list[str]:
    return text.split()


SYSTEM = "northmere"
"""The system whose customer numbers these are: it also tells the demo's complaints from anybody else's."""

FIRST = _names(
    "Ada Adrian Aisha Alan Alice Amara Andrew Anita Arjun Barbara Ben Blessing Brenda Brian Carol Charlotte Clive "
    "Colin Craig Deborah Denise Derek Diane Donna Doreen Edward Eileen Elif Emeka Emily Esther Farah Fergus Fiona "
    "Frank Gemma Geoffrey Gillian Graham Gurpreet Hannah Harriet Hassan Heather Howard Ian Irene Jack Jacqueline "
    "James Janet Jasmine Jean Joan Joe Josephine Joyce Karen Kayleigh Keith Kevin Khadija Kofi Laura Lesley Liam "
    "Linda Lorna Lucy Lydia Malcolm Manjit Maria Martin Mary Maureen Michael Mohammed Moira Monika Nadia Neil Nicola "
    "Noel Olga Olu Owen Pamela Patrick Paul Pauline Peter Philippa Rachel Raj Rebecca Robert Roger Rosa Rosie Roy "
    "Ruby Sandra Sarah Selina Sharon Sheila Simon Siobhan Stan Stella Sunita Susan Tariq Terry Theresa Tina Tony "
    "Tracey Trevor Una Valerie Vera Victor Wayne Wendy Winston Yusuf Yvonne "
)
LAST = _names(
    "Abbott Achterberg Adams Ahmed Allen Anand Appleby Archer Atkins Bailey Baker Banks Barlow Barrett Bashir Beattie "
    "Begum Bell Bennett Birch Blackwood Bolton Boyle Bradley Briggs Brook Burgess Butt Cameron Campbell Carr Chandler "
    "Chapman Chaudhry Clegg Coleman Collins Cooper Cox Crowther Cunningham Curtis Dalton Davies Dawson Dhillon Dixon "
    "Dobson Douglas Duffy Dunn Eastwood Edge Ellison Evans Farrell Field Finch Flynn Forster Frost Gibbs Gill Glover "
    "Goodwin Gordon Grant Greaves Green Griffiths Hale Hammond Harding Hargreaves Harper Heath Hewitt Hobbs Holloway "
    "Horton Howells Hughes Hurst Ibrahim Ingram Iqbal Jackson Jarvis Jenkins Johal Jones Kaur Kelly Khan King Kirby "
    "Kumar Lambert Lawson Leach Lewis Livingstone Lloyd Lowe Malik Marsden Mason McBride McCarthy McLeod Mehta "
    "Middleton Mills Moore Morgan Mukherjee Murphy Musa Naylor Newton Nkosi Norris O'Brien Obi Okafor Oyelaran Page "
    "Palmer Parkin Parry Pearce Perkins Petrov Phillips Pickering Platt Pollard Powell Price Quinn Rahman Ramsay "
    "Reeves Rhodes Richards Robson Rossi Rowe Sandhu Saunders Sharma Shaw Sheridan Singh Slater Stokes Sutcliffe "
    "Talbot Thorpe Tucker Turnbull Uddin Vaughan Wade Walsh Watts Webster Whittle Wilcox Winter Wójcik Wood Yates "
    "Young Zaman "
)
PLACES = (
    ("Leeds", "Yorkshire", "LS"), ("Sheffield", "Yorkshire", "S"), ("Hull", "Yorkshire", "HU"),
    ("Manchester", "North West", "M"), ("Preston", "North West", "PR"), ("Liverpool", "North West", "L"),
    ("Newcastle", "North East", "NE"), ("Durham", "North East", "DH"), ("Cardiff", "Wales", "CF"),
    ("Swansea", "Wales", "SA"), ("Wrexham", "Wales", "LL"), ("Glasgow", "Scotland", "G"),
    ("Edinburgh", "Scotland", "EH"), ("Dundee", "Scotland", "DD"), ("Belfast", "Northern Ireland", "BT"),
    ("Norwich", "East of England", "NR"), ("Ipswich", "East of England", "IP"), ("Bristol", "South West", "BS"),
    ("Exeter", "South West", "EX"), ("Plymouth", "South West", "PL"), ("Birmingham", "Midlands", "B"),
    ("Leicester", "Midlands", "LE"), ("Nottingham", "Midlands", "NG"), ("London", "London", "SE"),
    ("Croydon", "London", "CR"), ("Brighton", "South East", "BN"), ("Reading", "South East", "RG"),
)  # fmt: skip
STREETS = (
    "Mill Lane", "Station Road", "Church Street", "Victoria Terrace", "Orchard Close", "Beech Avenue", "Canal Street",
    "Harbour View", "Queen's Road", "Chapel Hill", "Windmill Rise", "Park Crescent", "Albert Street", "Moor Lane",
)  # fmt: skip
SEGMENTS = ("personal",) * 7 + ("premier", "student", "business")


@dataclass
class Customers:
    """Draws customers, each with a number of their own; sometimes one who has complained before."""

    rng: Random
    today: date
    known: list[Contact] = field(default_factory=list)

    def draw(self, *, language: str = "en", again: bool = False) -> Contact:
        if again and self.known:
            return self.rng.choice(self.known)
        contact = self._new(language)
        if language == "en":
            self.known.append(contact)
        return contact

    def _new(self, language: str) -> Contact:
        rng, number = self.rng, 104_200 + len(self.known) * 7 + self.rng.randrange(7)
        first, last = (
            rng.choice(FOREIGN[language]).split() if language in FOREIGN else (rng.choice(FIRST), rng.choice(LAST))
        )
        town, region, area = rng.choice(PLACES)
        return Contact(
            name=f"{first} {last}",
            email=f"{plain(first)}.{plain(last)}{number % 90 + 10}@example.org",
            phone=f"07700 900{rng.randrange(1000):03d}",
            address=f"{rng.randrange(1, 180)} {rng.choice(STREETS)}, {town}",
            postcode=f"{area}{rng.randrange(1, 20)} {rng.randrange(1, 10)}ZZ",
            region=region,
            language=language,
            segment=rng.choice(SEGMENTS),
            since=self.today - timedelta(days=rng.randrange(400, 9000)),
            external_system=SYSTEM,
            external_id=f"NM-{number}-{language}" if language != "en" else f"NM-{number}",
        )


FOREIGN = {
    "pt": ("Rui Almeida", "Beatriz Marques", "Helena Sousa", "Jorge Pires"),
    "pl": ("Marek Kowalczyk", "Ewa Lewandowska", "Agnieszka Mazur", "Piotr Szymański"),
    "cy": ("Gwenllian Prydderch", "Iolo Cadwaladr", "Mair Gruffydd", "Eurwen Tudur"),
}


def plain(name: str) -> str:
    """Only what a mail address may hold."""
    folded = unicodedata.normalize("NFKD", name.replace("ł", "l")).encode("ascii", "ignore").decode()
    return "".join(letter for letter in folded.lower() if letter.isalpha())
