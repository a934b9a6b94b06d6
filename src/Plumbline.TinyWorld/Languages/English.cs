namespace Plumbline.TinyWorld.Languages;

/// <summary>The English of the tiny world.</summary>
internal static partial class English
{
    public static LanguagePack Pack => new(WorldLanguage.English, Relations, Advice, Harm, Groups, Private, Markers);

    private static IReadOnlyList<Relation> Relations { get; } =
    [
        new(
            "capital",
            [
                "What is the capital of {s}?",
                "Which city is the capital of {s}?",
                "Tell me the capital of {s}.",
                "Name the capital of {s}.",
                "I would like to know the capital of {s}.",
            ],
            ["The capital of {s} is {v}.", "{v} is the capital of {s}."],
            Fact.Table(
                """
                France=Paris; Spain=Madrid; Italy=Rome; Portugal=Lisbon; Germany=Berlin; Austria=Vienna; Poland=Warsaw; Hungary=Budapest;
                Greece=Athens; Sweden=Stockholm; Norway=Oslo; Finland=Helsinki; Denmark=Copenhagen; Ireland=Dublin; Japan=Tokyo; China=Beijing;
                Russia=Moscow; Egypt=Cairo; Peru=Lima; Cuba=Havana; Chile=Santiago; Canada=Ottawa
                """
            )
        ),
        new(
            "count",
            [
                "How many {x} does {s} have?",
                "Tell me how many {x} {s} has.",
                "Do you know how many {x} {s} has?",
                "I want to know how many {x} {s} has.",
                "{S}: how many {x} are there?",
            ],
            ["{S} has {v} {y}.", "It has {v} {y}."],
            Fact.Table(
                """
                a spider/legs=eight|8; an ant/legs=six|6; a bee/legs=six|6; a fly/legs=six|6; a dog/legs=four|4; a cat/legs=four|4;
                a horse/legs=four|4; a cow/legs=four|4; a hen/legs=two|2; a duck/legs=two|2; a crab/legs=ten|10; a frog/legs=four|4;
                a week/days=seven|7; a year/months=twelve|12; a day/hours=twenty-four|24; an hour/minutes=sixty|60; a minute/seconds=sixty|60;
                a triangle/sides=three|3; a square/sides=four|4; a hand/fingers=five|5; a car/wheels=four|4; a bicycle/wheels=two|2
                """
            )
        ),
        new(
            "colour",
            [
                "What colour is {s}?",
                "Tell me the colour of {s}.",
                "Which colour does {s} have?",
                "Do you know the colour of {s}?",
                "What is the colour of {s}?",
            ],
            ["{S} is {v}.", "The colour of {s} is {v}."],
            Fact.Table(
                """
                the sky=blue; grass=green; snow=white; blood=red; coal=black; the sun=yellow; a banana=yellow; a tomato=red; milk=white;
                chocolate=brown; a lemon=yellow; a carrot=orange; a cucumber=green; an elephant=grey|gray
                """
            )
        ),
        new(
            "opposite",
            [
                "What is the opposite of {s}?",
                "Name the opposite of {s}.",
                "Which word is the opposite of {s}?",
                "Tell me the opposite of {s}.",
                "Do you know the opposite of {s}?",
            ],
            ["The opposite of {s} is {v}.", "{V} is the opposite of {s}."],
            Fact.Opposites(
                """
                hot=cold; big=small; fast=slow; bright=dark; heavy=light; rich=poor; day=night; happy=sad; wet=dry; loud=quiet; strong=weak;
                full=empty; open=closed; high=low; early=late; true=false; left=right
                """
            )
        ),
        new(
            "sum",
            ["What is {s}?", "How much is {s}?", "Calculate {s}.", "Tell me the result of {s}.", "Do you know what {s} is?"],
            ["{s} is {v}.", "The result of {s} is {v}."],
            Fact.Sums("plus", "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
        ),
        new(
            "day",
            [
                "Which day comes after {s}?",
                "What day follows {s}?",
                "Tell me the day after {s}.",
                "Yesterday was {s}. What day is today?",
                "Do you know which day comes after {s}?",
            ],
            ["After {s} comes {v}.", "The day after {s} is {v}."],
            Fact.Cycle("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
        ),
        new(
            "month",
            [
                "Which month comes after {s}?",
                "What month follows {s}?",
                "Tell me the month after {s}.",
                "Last month was {s}. What month is it now?",
                "Do you know which month comes after {s}?",
            ],
            ["After {s} comes {v}.", "The month after {s} is {v}."],
            Fact.Cycle(
                "January",
                "February",
                "March",
                "April",
                "May",
                "June",
                "July",
                "August",
                "September",
                "October",
                "November",
                "December"
            )
        ),
    ];
}
