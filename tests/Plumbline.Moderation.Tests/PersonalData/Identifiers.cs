using System.Text;
using Plumbline.Moderation.PersonalData;
using Plumbline.Randomness;

namespace Plumbline.Moderation.Tests.PersonalData;

/// <summary>Identifiers that nobody has been given on purpose: drawn at random until they pass the rule's check.</summary>
internal static class Identifiers
{
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Both = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";

    /// <summary>A random string of a shape, whether it passes or not.</summary>
    internal static string Random(string form, RandomSource random)
    {
        var text = new StringBuilder();
        foreach (var mark in form)
        {
            text.Append(
                mark switch
                {
                    '9' => (char)('0' + random.NextInt(10)),
                    'A' => Letters[random.NextInt(26)],
                    '*' => Both[random.NextInt(36)],
                    _ => mark,
                }
            );
        }

        return text.ToString();
    }

    /// <summary>One that passes the rule's check, in a form of the rule.</summary>
    internal static string Valid(PersonalDataRule rule, string form, RandomSource random)
    {
        var places = Enumerable.Range(0, form.Length).Where(place => form[place] is '9' or 'A' or '*').ToArray();
        var value = new char[places.Length];
        do
        {
            for (var i = 0; i < value.Length; i++)
            {
                value[i] = form[places[i]] switch
                {
                    '9' => (char)('0' + random.NextInt(10)),
                    'A' => Letters[random.NextInt(26)],
                    _ => Both[random.NextInt(36)],
                };
            }
        } while (!value.Any(char.IsAsciiDigit) || !rule.Passes!(value));

        var text = form.ToCharArray();
        for (var i = 0; i < value.Length; i++)
        {
            text[places[i]] = value[i];
        }

        return new string(text);
    }

    /// <summary>Without separators.</summary>
    internal static string Plain(string text) => string.Concat(text.Where(char.IsAsciiLetterOrDigit));

    /// <summary>With one digit changed to another.</summary>
    internal static string OneDigitChanged(string text, RandomSource random)
    {
        var places = Enumerable.Range(0, text.Length).Where(i => char.IsAsciiDigit(text[i])).ToList();
        var place = random.Choose(places);
        var digit = (char)('0' + ((text[place] - '0' + 1 + random.NextInt(9)) % 10));
        return text[..place] + digit + text[(place + 1)..];
    }
}
