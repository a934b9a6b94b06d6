using Plumbline.Configuration;
using Plumbline.Data;
using Plumbline.Evaluation.Principles.Clauses;
using Plumbline.Evaluation.Principles.Features;
using Plumbline.Evaluation.Principles.Fitting;
using Plumbline.Evaluation.Principles.Words;
using Plumbline.Evaluation.Rulers;
using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Evaluation.Principles;

/// <summary>
/// The inverse of a constitution: from preferences to the principles that would explain them (<c>docs/inverse-constitution.md</c>). It says what goes together with being chosen, not why.
/// </summary>
public sealed class PrincipleMiner
{
    private readonly IReadOnlyList<PairFeature> features;
    private readonly MiningOptions options;
    private readonly Seed seed;
    private readonly IProgressSink? progress;

    /// <summary>A miner.</summary>
    /// <param name="seed">The seed of folds and bootstrap: the same seed gives the same findings.</param>
    /// <param name="options">The numbers; null for the defaults.</param>
    /// <param name="features">What is looked for; null for <see cref="PairFeatures.All"/>.</param>
    /// <param name="progress">Told how far it is; null for nobody.</param>
    /// <exception cref="InvalidInputException">An option is out of range.</exception>
    public PrincipleMiner(
        Seed seed,
        MiningOptions? options = null,
        IReadOnlyList<PairFeature>? features = null,
        IProgressSink? progress = null
    )
    {
        this.seed = seed;
        this.options = OptionsValidation.ThrowIfInvalid(options ?? new MiningOptions());
        this.features = features ?? PairFeatures.All;
        this.progress = progress;
    }

    /// <summary>Mines.</summary>
    /// <param name="pairs">The preferences.</param>
    /// <param name="scores">What a constitution's clauses say of them; null for none.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InvalidInputException">There are fewer conversations than folds, or no pair has scores.</exception>
    public MinedPreferences Mine(
        IReadOnlyList<PreferenceExample> pairs,
        ClauseScores? scores = null,
        CancellationToken cancellation = default
    )
    {
        var groups = Groups(pairs);
        var folds = GroupFolds.Of(groups, options.Folds, seed);
        var scored = 0;
        var clauseColumns = scores?.Differences(pairs, out scored);
        var contrast = new WordContrast();
        var differences = Measure(pairs, groups, contrast, cancellation);
        var fit = new ModelFit(folds, options, seed, progress, cancellation);
        var model = fit.Of(differences, [.. features.Select(feature => (feature.Id, feature.Name))], "features");
        var lengths = pairs
            .Select(pair => (double)AnswerText.TextOf(pair.Chosen).Length - AnswerText.TextOf(pair.Rejected).Length)
            .ToArray();
        return new MinedPreferences(
            pairs.Count,
            differences.GroupCount,
            model with
            {
                Findings = [.. model.Findings.Select(WithPrinciples)],
            },
            WinRate.Of(lengths),
            WinRate.Of(lengths.Select(length => -length)),
            options.BigramRuler ? Bigrams(pairs, folds, cancellation) : null,
            contrast.Find(options.Words, options.LeastZ, options.LeastAnswers),
            scores is null ? null : Compare(scores, PairDifferences.Of(clauseColumns!, groups), scored, differences, fit),
            options
        );
    }

    // Whoever opens alike belongs together: prompts of one conversation would otherwise test what they taught.
    private static int[] Groups(IReadOnlyList<PreferenceExample> pairs)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. pairs.Select(pair =>
            {
                var opening = ConversationOpening.Of(pair.Prompt);
                if (!numbers.TryGetValue(opening, out var number))
                {
                    numbers.Add(opening, number = numbers.Count);
                }

                return number;
            }),
        ];
    }

    private PairDifferences Measure(
        IReadOnlyList<PreferenceExample> pairs,
        int[] groups,
        WordContrast contrast,
        CancellationToken cancellation
    )
    {
        var columns = features.Select(_ => new double[pairs.Count]).ToArray();
        for (var i = 0; i < pairs.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (chosen, rejected) = (AnswerText.Of(pairs[i].Prompt, pairs[i].Chosen), AnswerText.Of(pairs[i].Prompt, pairs[i].Rejected));
            for (var column = 0; column < columns.Length; column++)
            {
                columns[column][i] = features[column].Of(chosen) - features[column].Of(rejected);
            }

            contrast.Add(groups[i], chosen, rejected);
            progress?.Report(new ProgressUpdate("reading answers", i + 1, pairs.Count, i + 1, "pairs"));
        }

        return PairDifferences.Of(columns, groups);
    }

    private FeatureFinding WithPrinciples(FeatureFinding finding)
    {
        var feature = features.Single(feature => feature.Id == finding.Id);
        return finding with { More = feature.More, Less = feature.Less };
    }

    private WinRate Bigrams(IReadOnlyList<PreferenceExample> pairs, GroupFolds folds, CancellationToken cancellation)
    {
        var texts = pairs.Select(pair => (Better: AnswerText.TextOf(pair.Chosen), Worse: AnswerText.TextOf(pair.Rejected))).ToArray();
        var leads = new double[pairs.Count];
        for (var fold = 0; fold < folds.Count; fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            var ruler = BigramRuler.Fit([.. texts.Where((_, pair) => folds[pair] != fold)], seed.Derive("bigrams", fold));
            for (var pair = 0; pair < leads.Length; pair++)
            {
                leads[pair] = folds[pair] == fold ? ruler.Lead(texts[pair].Better, texts[pair].Worse) : leads[pair];
            }

            progress?.Report(new ProgressUpdate("bag of bigrams", fold + 1, folds.Count, fold + 1, "parts"));
        }

        return WinRate.Of(leads);
    }

    private ClauseComparison Compare(ClauseScores scores, PairDifferences clauses, int scored, PairDifferences features, ModelFit fit)
    {
        var model = fit.Of(clauses, [.. scores.Clauses.Select(clause => (clause, clause))], "clauses");
        var added = fit.OnTop(clauses, features, [.. this.features.Select(feature => (feature.Id, feature.Name))], out var together);
        return new ClauseComparison(scored, model, together, added);
    }
}
