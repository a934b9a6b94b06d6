using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Moderation.Guarding;

namespace Plumbline.Moderation.Tests.Guarding;

/// <summary>A guard of three clauses: "violent" is suspicious, "SECRET" is a fact that is replaced, weapons are a hard constraint.</summary>
internal static class SampleGuards
{
    public static Constitution Constitution { get; } =
        new()
        {
            Name = "sample",
            Clauses = new Dictionary<string, Clause>
            {
                ["violence"] = new()
                {
                    Text = "Do no harm.",
                    Framework = "duties",
                    Polarity = Polarity.Forbid,
                    Hazards = ["S1"],
                    Scope = new ClauseScope { Domains = ["chat"] },
                    Translations = new Dictionary<string, ClauseTranslation> { ["de"] = new() { Text = "Tu nichts Böses." } },
                },
                ["weapons"] = new()
                {
                    Text = "No weapons.",
                    Framework = "constraints",
                    Polarity = Polarity.Forbid,
                    Hazards = ["S9"],
                },
                ["secrets"] = new()
                {
                    Text = "Keep secrets.",
                    Framework = "duties",
                    Hazards = ["S7"],
                    Enforcement = new ClauseEnforcement { Action = EnforcementAction.Transform },
                },
                ["freedom"] = new()
                {
                    Text = "History may be told.",
                    Polarity = Polarity.Permit,
                    Hazards = ["S1"],
                },
            },
            Home = new ClauseScope { Domains = ["chat"] },
        };

    public static GuardParts Parts(params IDetector[] more) =>
        new()
        {
            Constitution = Constitution,
            Detectors =
            [
                ScriptedDetector.OfWord("cheap", DetectorCost.Cheap, "S1", "violent", 0.8),
                ScriptedDetector.OfWord("facts", DetectorCost.Cheap, "S7", "SECRET", 1, exact: true),
                .. more,
            ],
        };

    public static Guard Of(params IDetector[] more) => new(Parts(more));
}
