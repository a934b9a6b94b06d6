using System.Text;
using Plumbline.Moderation.PersonalData.Rules;

namespace Plumbline.Moderation.PersonalData;

/// <summary>All rules by which personal data is recognised.</summary>
public static class PersonalDataRegistry
{
    /// <summary>The version of the rules: two texts scanned by the same version with the same options give the same matches.</summary>
    public const string Version = "1";

    /// <summary>The rules, by kind in the order of <see cref="PersonalDataKinds.All"/>, then by name.</summary>
    public static IReadOnlyList<PersonalDataRule> Rules { get; } =
    [
        .. new[]
        {
            GeneralRules.Rules,
            PaymentCards.Rules,
            SecretRules.Rules,
            NorthAmericanIds.Rules,
            BritishIslesIds.Rules,
            GermanSpeakingIds.Rules,
            BeneluxFrenchIds.Rules,
            SouthernEuropeanIds.Rules,
            NordicIds.Rules,
            CentralEuropeanIds.Rules,
            EasternEuropeanIds.Rules,
            SouthAmericanIds.Rules,
            EastAsianIds.Rules,
            SouthAsianPacificIds.Rules,
            MiddleEasternAfricanIds.Rules,
        }
            .SelectMany(rules => rules)
            .OrderBy(rule => PersonalDataKinds.All.ToList().IndexOf(rule.Kind))
            .ThenBy(rule => rule.Name, StringComparer.Ordinal),
    ];

    /// <summary>The rules as a table in Markdown.</summary>
    public static string Markdown()
    {
        var table = new StringBuilder("| kind | country | what | check | chance | source |\n|---|---|---|---|---|---|\n");
        foreach (var rule in Rules)
        {
            var chance = rule.Chance == 1 ? "–" : rule.Chance.ToString("0.######");
            table.Append(
                $"| `{rule.Kind}` | {rule.Country ?? "–"} | {Escaped(rule.Title)} | {Escaped(rule.Check)} | {chance} | {Escaped(rule.Source)} |\n"
            );
        }

        return table.ToString();
    }

    private static string Escaped(string cell) => cell.Replace("|", "\\|", StringComparison.Ordinal);
}
