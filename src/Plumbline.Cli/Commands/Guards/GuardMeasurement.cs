using Plumbline.Constitutions;
using Plumbline.Evaluation.Attacks;
using Plumbline.Evaluation.Detection;
using Plumbline.Evaluation.Statistics;
using Plumbline.Findings;
using Plumbline.Moderation;
using Plumbline.Moderation.TextModels.Training;
using Plumbline.Runs;

namespace Plumbline.Cli.Commands.Guards;

/// <summary>What a guard does with texts that are written as an attack writes them, beside what it does with the same texts as they are.</summary>
/// <param name="Attack">The attack's name.</param>
/// <param name="Family">What kind of thing it does.</param>
/// <param name="Language">The texts' language; null for all languages together.</param>
/// <param name="Plain">Harmful texts in which a clause is found broken, as they are.</param>
/// <param name="Attacked">Harmful texts in which a clause is found broken, attacked.</param>
/// <param name="Same">Of those found as they are, the ones in which the same clause is found broken, attacked.</param>
/// <param name="Stopped">Harmful texts that are stopped, attacked: for a language nobody knows, too.</param>
/// <param name="HarmlessPlain">Harmless texts that are stopped, as they are.</param>
/// <param name="HarmlessAttacked">The same, attacked.</param>
internal sealed record AttackRow(
    string Attack,
    AttackFamily Family,
    string? Language,
    Proportion Plain,
    Proportion Attacked,
    Proportion Same,
    Proportion Stopped,
    Proportion HarmlessPlain,
    Proportion HarmlessAttacked
)
{
    /// <summary>What is left of the recall; null where nothing was found of the plain texts.</summary>
    public double? Kept => Plain.Successes == 0 ? null : Attacked.Value / Plain.Value;
}

/// <summary>Has a guard decide about labelled texts. Each decision is the guard's own: the language is told from the text, and every detector has its say.</summary>
/// <param name="guard">The guard.</param>
/// <param name="constitution">Its constitution.</param>
/// <param name="recipe">Which labels speak for which hazards, and the seed.</param>
/// <param name="progress">Told how far it is.</param>
/// <param name="cancellation">Stops it.</param>
internal sealed class GuardMeasurement(
    IGuard guard,
    Constitution constitution,
    TextModelRecipe recipe,
    IProgressSink progress,
    CancellationToken cancellation
)
{
    // Shares of fewer texts say nothing.
    private const int LeastTexts = 20;

    // ISO 639-2's code for a language that nobody determined.
    private const string Undetermined = "und";

    private readonly Dictionary<string, string?> hazards = recipe.LabelsWithHazards.ToDictionary(
        label => label.Name,
        label => label.Hazard,
        StringComparer.Ordinal
    );

    /// <summary>The decisions as cases: a label that speaks for a hazard is found where a clause about it is broken, another where the text is stopped.</summary>
    public async Task<DetectionMeasurement> MeasureAsync(IReadOnlyList<LabelledText> texts)
    {
        var cases = new List<DetectionCase>();
        for (var i = 0; i < texts.Count; i++)
        {
            progress.Report(new ProgressUpdate("deciding", i, texts.Count, i, "texts"));
            var text = texts[i];
            var decision = await DecideAsync(text.Text);
            foreach (var (label, holds) in text.Labels)
            {
                var (score, found) = hazards[label] is { } hazard ? OfHazard(decision, hazard) : Of(decision);
                cases.Add(new DetectionCase(text.Source, label, text.Language, text.Group, score, found, holds));
            }
        }

        return DetectionMeasurement.Of(cases, recipe.Seed);
    }

    /// <summary>What attacks leave of it: for each attack all languages together, then each language with enough texts.</summary>
    /// <param name="texts">The texts; the attacks are made on a sample.</param>
    /// <param name="attacks">The attacks.</param>
    /// <param name="most">So many harmful and so many harmless texts of each language at most.</param>
    public async Task<IReadOnlyList<AttackRow>> AttackAsync(IReadOnlyList<LabelledText> texts, IReadOnlyList<ITextAttack> attacks, int most)
    {
        var sample = new List<Sampled>();
        foreach (var text in Sample(texts, most))
        {
            sample.Add(new Sampled(text, text.Labels.Values.Contains(true), await DecideAsync(text.Text)));
        }

        var rows = new List<AttackRow>();
        for (var i = 0; i < attacks.Count; i++)
        {
            var outcomes = new List<Attacked>();
            foreach (var (one, index) in sample.Select((one, index) => (one, index)).Where(pair => attacks[i].Covers(pair.one.Text.Text)))
            {
                progress.Report(
                    new ProgressUpdate(
                        "attacking",
                        ((long)i * sample.Count) + index,
                        (long)attacks.Count * sample.Count,
                        ((long)i * sample.Count) + index,
                        "texts"
                    )
                );
                var attacked = attacks[i].Apply(one.Text.Text, recipe.Seed.Derive(attacks[i].Name, index).Source());
                outcomes.Add(new Attacked(one, await DecideAsync(attacked)));
            }

            rows.AddRange(
                outcomes
                    .GroupBy(outcome => outcome.Of.Text.Language ?? Undetermined)
                    .Select(group => (Language: (string?)group.Key, Outcomes: (IReadOnlyList<Attacked>)[.. group]))
                    .Prepend((null, outcomes))
                    .Where(group => group.Outcomes.Count(outcome => outcome.Of.IsHarmful) >= LeastTexts)
                    .Select(group => Row(attacks[i], group.Language, group.Outcomes))
            );
        }

        return rows;
    }

    private static AttackRow Row(ITextAttack attack, string? language, IReadOnlyList<Attacked> outcomes)
    {
        var (harmful, harmless) = (
            outcomes.Where(outcome => outcome.Of.IsHarmful).ToList(),
            outcomes.Where(outcome => !outcome.Of.IsHarmful).ToList()
        );
        return new AttackRow(
            attack.Name,
            attack.Family,
            language,
            Proportion.Of(harmful.Select(outcome => outcome.Of.Plain.BrokenClauses.Any())),
            Proportion.Of(harmful.Select(outcome => outcome.Decision.BrokenClauses.Any())),
            Proportion.Of(
                harmful
                    .Where(outcome => outcome.Of.Plain.BrokenClauses.Any())
                    .Select(outcome =>
                        outcome.Of.Plain.BrokenClauses.Intersect(outcome.Decision.BrokenClauses, StringComparer.Ordinal).Any()
                    )
            ),
            Proportion.Of(harmful.Select(outcome => !outcome.Decision.Passes)),
            Proportion.Of(harmless.Select(outcome => !outcome.Of.Plain.Passes)),
            Proportion.Of(harmless.Select(outcome => !outcome.Decision.Passes))
        );
    }

    private IEnumerable<LabelledText> Sample(IReadOnlyList<LabelledText> texts, int most)
    {
        var shuffled = texts.Where(text => text.Labels.Count > 0).ToArray();
        recipe.Seed.Derive("attacked").Source().Shuffle<LabelledText>(shuffled);
        return shuffled.GroupBy(text => (text.Language, text.Labels.Values.Contains(true))).SelectMany(group => group.Take(most));
    }

    private ValueTask<GuardDecision> DecideAsync(string text)
    {
        cancellation.ThrowIfCancellationRequested();
        return guard.CheckAsync(new GuardRequest { Part = GuardedPart.Prompt, Text = text }, cancellation);
    }

    private static (double Score, bool Found) Of(GuardDecision decision) =>
        (decision.Findings.Select(finding => finding.Score).DefaultIfEmpty(0).Max(), !decision.Passes);

    private (double Score, bool Found) OfHazard(GuardDecision decision, string hazard)
    {
        var score = decision
            .Findings.Where(finding => finding.Hazard == hazard)
            .Select(finding => finding.Score)
            .DefaultIfEmpty(double.NegativeInfinity)
            .Max();
        var found = decision.Verdicts.Any(verdict =>
            verdict.Outcome > GuardOutcome.Allow
            && score >= verdict.Threshold
            && constitution.Clauses.TryGetValue(verdict.Clause, out var clause)
            && clause.Hazards.Contains(hazard, StringComparer.Ordinal)
        );
        return (Math.Max(0, score), found);
    }

    private sealed record Sampled(LabelledText Text, bool IsHarmful, GuardDecision Plain);

    private sealed record Attacked(Sampled Of, GuardDecision Decision);
}
