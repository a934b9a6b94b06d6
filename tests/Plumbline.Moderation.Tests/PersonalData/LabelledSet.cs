using System.Text;
using Plumbline.Findings;
using Plumbline.Moderation.PersonalData;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>A sentence in which a value stands that is, or is not, what a rule finds.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Span">Where the value stands.</param>
/// <param name="IsValid">Whether it passes the rule's check.</param>
internal sealed record LabelledText(PersonalDataRule Rule, string Text, TextSpan Span, bool IsValid);

/// <summary>Generated sentences in twelve languages around generated values, some of them disturbed.</summary>
internal static class LabelledSet
{
    // Drawing until a rare check passes takes thousands of draws.
    private const int DifferentValues = 6;

    private static readonly string[] Templates =
    [
        "My {0} is {1}, please keep it safe.",
        "Please note my {0}: {1}",
        "Meine {0} lautet {1}. Vielen Dank!",
        "Voici mon {0} : {1}.",
        "Mi {0} es {1} y vivo aquí.",
        "O meu {0} é {1}.",
        "Il mio {0} è {1}, grazie.",
        "Mijn {0} is {1}.",
        "Mój {0} to {1}.",
        "Мой {0}: {1}, спасибо.",
        "我的{0}是{1}，谢谢。",
        "私の{0}は{1}です。",
        "{0} الخاص بي هو {1} شكرا",
        "मेरा {0} {1} है।",
        "Benim {0} {1} olarak kayıtlı.",
        "\"{0}\";\"{1}\"",
    ];

    /// <summary>Sentences for a rule; half of them with a value that is not one.</summary>
    internal static IEnumerable<LabelledText> Of(PersonalDataRule rule, int count, Seed seed)
    {
        var random = seed.Derive(rule.Name).Source();
        var values = rule
            .Forms.SelectMany(form => Enumerable.Range(0, DifferentValues).Select(_ => Identifiers.Valid(rule, form, random)))
            .ToList();
        for (var i = 0; i < count; i++)
        {
            var value = random.Choose(values);
            var valid = i % 2 == 0;
            while (!valid && rule.Passes!(Identifiers.Plain(value)))
            {
                value = Identifiers.OneDigitChanged(value, random);
            }

            yield return In(rule, Disturbed(value, random), valid, random);
        }
    }

    private static LabelledText In(PersonalDataRule rule, string value, bool valid, RandomSource random)
    {
        var template = random.Choose(Templates);
        var before = string.Format(template[..template.IndexOf("{1}", StringComparison.Ordinal)], random.Choose(rule.Words.ToList()));
        var after = template[(template.IndexOf("{1}", StringComparison.Ordinal) + 3)..];
        return new LabelledText(rule, before + value + after, new TextSpan(before.Length, value.Length), valid);
    }

    private static string Disturbed(string value, RandomSource random) =>
        random.NextInt(8) switch
        {
            0 => Broken(value, random),
            1 => OtherDigits(value, '\uFF10'),
            2 => OtherDigits(value, '\u0660'),
            3 => OtherDigits(value, '\u0966'),
            _ => value,
        };

    // At a separator, which the line end replaces where it is a space, or in the middle of a run of digits.
    private static string Broken(string value, RandomSource random)
    {
        var place = 1 + random.NextInt(value.Length - 1);
        return value[place] == ' ' ? value[..place] + "\n" + value[(place + 1)..]
            : char.IsDigit(value[place]) && char.IsDigit(value[place - 1]) && value.All(char.IsAsciiLetterOrDigit)
                ? value[..place] + "\n" + value[place..]
            : value;
    }

    private static string OtherDigits(string value, char zero)
    {
        var text = new StringBuilder();
        foreach (var c in value)
        {
            text.Append(char.IsAsciiDigit(c) ? (char)(zero + c - '0') : c);
        }

        return text.ToString();
    }
}
