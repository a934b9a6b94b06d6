using System.Text;
using CsCheck;
using Plumbline.Constitutions;
using Plumbline.Findings;
using Plumbline.Lineage;
using Plumbline.Moderation.Decisions;
using Plumbline.Moderation.Guarding;
using Plumbline.Moderation.Judging;
using Plumbline.Moderation.Tests.TermLists;
using Plumbline.Randomness;
using Plumbline.Scoring;

namespace Plumbline.Moderation.Tests.Decisions;

/// <summary>Guards with detectors of every kind, constitutions and texts, to decide and to decide again.</summary>
internal static class ReplayWorld
{
    private static readonly string[] Hazards = ["S1", "S7", "S9", "S10", "S11"];

    private static readonly string[] Words =
    [
        "violent",
        "attack",
        "SECRET",
        "boom",
        "crash",
        "mute",
        "vermin",
        "I want to kill",
        "kill",
        "the weather is fine today and we go for a walk",
        "Das Wetter ist heute schön und wir gehen spazieren",
        "xqzvk wplrt mnbgh qwzxv plkjh zzvqx",
        Convert.ToBase64String(Encoding.UTF8.GetBytes("they are violent people and they attack")),
    ];

    private static readonly Gen<string> Hazard = Gen.Int[0, 4].Select(at => Hazards[at]);

    private static readonly Gen<Clause> Clauses = Gen.Select(
        Gen.Select(Hazard.Array[1, 2], Gen.Int[0, 2], Gen.Int[0, 9], Gen.Enum<EnforcementAction>(), Gen.Enum<FailureRule>()),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 10], Gen.Int[0, 4]),
        (what, more) =>
            new Clause
            {
                Text = $"Rule {more.Item3}.",
                Framework = what.Item2 switch
                {
                    0 => "constraints",
                    1 => "duties",
                    _ => "principles",
                },
                Polarity = what.Item3 == 0 ? Polarity.Permit : Polarity.Forbid,
                Hazards = [.. what.Item1.Distinct()],
                Enforcement = new ClauseEnforcement { Action = what.Item4, OnFailure = what.Item5 },
                Scope = new ClauseScope { Languages = more.Item1 == 0 ? ["de"] : [] },
                Thresholds = more.Item2 < 8 ? new Dictionary<string, double> { ["default"] = more.Item2 / 10.0 } : [],
            }
    );

    /// <summary>Constitutions of a few clauses, whose ids are often the same.</summary>
    public static readonly Gen<Constitution> Constitutions = Clauses
        .Array[5]
        .Select(
            Gen.Bool.Array[5],
            (clauses, isThere) =>
                new Constitution
                {
                    Name = "x",
                    Clauses = Enumerable.Range(0, 5).Where(i => isThere[i]).ToDictionary(i => $"clause_{i}", i => clauses[i]),
                }
        );

    /// <summary>Texts in which detectors find something, in known and unknown languages.</summary>
    public static readonly Gen<string> Texts = Gen.Int[0, Words.Length - 1]
        .Select(at => Words[at])
        .Array[0, 5]
        .Select(words => string.Join(". ", words));

    /// <summary>So many of them, always the same.</summary>
    public static List<string> Some(int count, Seed seed)
    {
        var random = seed.Source();
        return
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => string.Join(". ", Enumerable.Range(0, random.NextInt(6)).Select(_ => random.Choose(Words)))),
        ];
    }

    /// <summary>Ways to decide.</summary>
    public static readonly Gen<(GuardOptions Options, GuardThresholds Thresholds)> Ways = Gen.Select(
        Gen.OneOf(Gen.Const(EnforcementAction.Escalate), Gen.Const(EnforcementAction.Record), Gen.Const(EnforcementAction.Block)),
        Gen.Bool,
        Gen.Bool,
        (unconfirmed, isAlways, isCalibrated) =>
            (
                new GuardOptions
                {
                    Unconfirmed = unconfirmed,
                    UnknownLanguage = unconfirmed,
                    Always = isAlways ? ["judge"] : [],
                },
                isCalibrated
                    ? new GuardThresholds([
                        new("cheap", "S1", "en", 0.9),
                        new("list-example", "S11", "default", 0.2),
                        new("judge", "S9", "default", 0.3),
                    ])
                    : GuardThresholds.OfClauses
            )
    );

    /// <summary>A guard.</summary>
    public static Guard Of(Constitution constitution, (GuardOptions Options, GuardThresholds Thresholds) way, IDecisionLog? log = null) =>
        new(
            new GuardParts
            {
                Constitution = constitution,
                Options = way.Options,
                Thresholds = way.Thresholds,
                Log = log,
                Clock = new LogClock(),
                Detectors =
                [
                    ScriptedDetector.OfWord("cheap", DetectorCost.Cheap, "S1", "violent", 0.8),
                    ScriptedDetector.OfWord("facts", DetectorCost.Cheap, "S7", "SECRET", 1, exact: true),
                    Lists.Of(Lists.Example),
                    Failing("flaky", DetectorCost.Cheap, "S9", "boom"),
                    ScriptedDetector.OfWord("model", DetectorCost.Model, "S1", "attack", 0.7),
                    Failing("second", DetectorCost.Model, "S10", "crash"),
                    new ClauseJudge(new HashScorer(), constitution, new ClauseJudgeOptions()),
                ],
            }
        );

    /// <summary>A decision as it comes back from a log.</summary>
    public static DecisionRecord Stored(GuardDecision decision)
    {
        var pending = new PendingDecision(_ => { });
        pending.Write(decision);
        var line = pending.Seal(1, new LogClock().Now, Encoding.ASCII.GetBytes(ChainLine.NoHash))[..^1];
        return DecisionLineParser.Parse(line)!;
    }

    private static ScriptedDetector Failing(string name, DetectorCost cost, string hazard, string word) =>
        new(
            name,
            cost,
            [hazard],
            input =>
                input.Text.Contains(word, StringComparison.Ordinal) ? throw new InvalidOperationException("It fell over.")
                : input.Text.Contains("kill", StringComparison.Ordinal) ? [new Finding { Hazard = hazard, Score = 0.6 }]
                : []
        );

    /// <summary>A judge whose answers depend on every word of the question, and which sometimes has none.</summary>
    private sealed class HashScorer : IOptionScorer
    {
        public string Name => "hash";

        public Task<IReadOnlyList<double>?> ScoreOptionsAsync(OptionQuestion question, CancellationToken cancellation = default)
        {
            var text = question.Messages.Single().Text;
            var hash = Convert.FromHexString(Logs.Input(text));
            var yes = (hash[0] + 0.5) / 256;
            return Task.FromResult<IReadOnlyList<double>?>(
                text.Contains("mute", StringComparison.Ordinal) && hash[1] < 32 ? null : [Math.Log(yes), Math.Log(1 - yes)]
            );
        }
    }
}
