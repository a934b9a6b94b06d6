using Plumbline.Evaluation.Statistics;
using Plumbline.Randomness;
using Plumbline.Runs;

namespace Plumbline.Evaluation.Principles.Fitting;

/// <summary>Fits the models of one set of preferences, all on the same parts.</summary>
internal sealed class ModelFit(GroupFolds folds, MiningOptions options, Seed seed, IProgressSink? progress, CancellationToken cancellation)
{
    /// <summary>Everything that is said of a set of columns.</summary>
    /// <param name="all">The differences.</param>
    /// <param name="names">Id and name of each column.</param>
    /// <param name="what">What the columns are called in progress.</param>
    public PreferenceModel Of(PairDifferences all, IReadOnlyList<(string Id, string Name)> names, string what)
    {
        var differing = Differing(all);
        var pairs = all.Only(differing);
        var penalties = CrossValidation.PenaltyByFold(pairs, folds, cancellation);
        var leads = CrossValidation.HeldOutLeads(pairs, folds, penalties, cancellation);
        var penalty = CrossValidation.Penalty(pairs, folds, cancellation);
        var coefficients = CoefficientBootstrap.Of(
            pairs,
            penalty,
            options.Resamples,
            options.Confidence,
            seed.Derive(what),
            done => progress?.Report(new ProgressUpdate($"intervals of {what}", done, options.Resamples, done, "samples")),
            cancellation
        );
        var shares = pairs.Raw.Select(column => UnivariateShare.Of(column, pairs.Groups)).ToArray();
        var adjusted = FalseDiscoveryRate.Adjust([.. shares.Select(share => share.P)]);
        var accuracy = WinRate.Of(leads);
        var findings = new List<FeatureFinding>();
        for (var column = 0; column < pairs.Columns; column++)
        {
            var without = CrossValidation.HeldOutLeads(pairs.Without(column), folds, penalties, cancellation);
            var (id, name) = names[differing[column]];
            findings.Add(
                new FeatureFinding(
                    id,
                    name,
                    shares[column],
                    adjusted[column],
                    coefficients[column],
                    Gain(without, leads, pairs.Groups),
                    accuracy.Value - WinRate.Of(without).Value
                )
            );
            progress?.Report(new ProgressUpdate($"{what} left out", column + 1, pairs.Columns, column + 1, what));
        }

        return new PreferenceModel(
            findings,
            [.. Enumerable.Range(0, all.Columns).Except(differing).Select(column => names[column].Name)],
            penalty,
            accuracy,
            Gain(new double[leads.Length], leads, pairs.Groups)
        );
    }

    /// <summary>What each feature adds, for itself, to all clauses. All models of a part share the λ of clauses and features together.</summary>
    /// <param name="clauses">The clauses.</param>
    /// <param name="features">The features of the same pairs.</param>
    /// <param name="names">Id and name of each feature.</param>
    /// <param name="together">Held-out accuracy of all in one.</param>
    public IReadOnlyList<AddedFeature> OnTop(
        PairDifferences clauses,
        PairDifferences features,
        IReadOnlyList<(string Id, string Name)> names,
        out WinRate together
    )
    {
        var columns = Differing(features);
        var all = clauses.With(features.Only(columns));
        var penalties = CrossValidation.PenaltyByFold(all, folds, cancellation);
        together = WinRate.Of(CrossValidation.HeldOutLeads(all, folds, penalties, cancellation));
        var alone = CrossValidation.HeldOutLeads(clauses, folds, penalties, cancellation);
        var penalty = CrossValidation.Penalty(all, folds, cancellation);
        var added = new List<AddedFeature>();
        foreach (var column in columns)
        {
            var pairs = clauses.With(features.Only([column]));
            var leads = CrossValidation.HeldOutLeads(pairs, folds, penalties, cancellation);
            var coefficient = PairLogistic.Fit(pairs, penalty)[^1];
            added.Add(new AddedFeature(names[column].Id, names[column].Name, coefficient, Gain(alone, leads, pairs.Groups)));
            progress?.Report(new ProgressUpdate("features on top of clauses", added.Count, columns.Length, added.Count, "features"));
        }

        return [.. added.OrderByDescending(feature => feature.Gain.Value)];
    }

    private static int[] Differing(PairDifferences pairs) =>
        [.. Enumerable.Range(0, pairs.Columns).Where(column => pairs.Scales[column] > 0)];

    private Estimate Gain(double[] before, double[] after, IReadOnlyList<int> groups) =>
        ClusteredMean.Of(
            [.. after.Zip(before, (with, without) => PairLogistic.LogLikelihood(with) - PairLogistic.LogLikelihood(without))],
            [.. groups],
            options.Confidence
        );
}
