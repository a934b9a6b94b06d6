using MathNet.Numerics.LinearAlgebra;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Annotators;

/// <summary>
/// Standard errors of raters' skills from the observed information (Louis, JRSS B 44 (1982) 226-233): what all labels would tell if the true classes were known, less what is lost because they are not. Chosen before a bootstrap
/// over items because that gives a rater who was always right an interval of one point, and a rater of a single item none.
/// </summary>
/// <remarks>
/// <para>
/// Each rater has one number, by which the skill is moved. With g and h of a label given the true class z (<see cref="ILatentParameters.Score"/>), I_rs = [r = s] (Σ E_z h + prior) − Σ_items Cov_z(g_r, g_s), and the
/// errors are the roots of the diagonal of I⁻¹. All else that the model has is held: class shares, difficulties, which wrong class a rater says. For <see cref="DawidSkene"/> the number moves the whole diagonal of the matrix
/// at once, in log-odds, which where classes are known is the direction in which the accuracy is least known.
/// </para>
/// <para>
/// Time is O(Σ m_i²·k + r³) for items of m_i labels, k classes and r raters. With more than <see cref="MostRaters"/> raters, or more than <see cref="MostPairs"/> pairs of labels, only the diagonal of I is used, O(n·k):
/// each rater's error as if those of others were known, which is a little too small where items have few labels.
/// </para>
/// </remarks>
internal static class SkillInformation
{
    public const int MostRaters = 500;

    public const long MostPairs = 20_000_000;

    /// <summary>The standard error of each rater's number; null for all where the information is not positive definite, so that the labels do not tell the skills.</summary>
    public static double[]? StandardErrors(LabelTable labels, ILatentParameters parameters, double[] posteriors)
    {
        var pairs = 0L;
        for (var item = 0; item < labels.Items.Count; item++)
        {
            var (_, length) = labels.LabelsOfItem(item).GetOffsetAndLength(labels.Count);
            pairs += (long)length * length;
        }

        return labels.Raters.Count <= MostRaters && pairs <= MostPairs
            ? Joint(labels, parameters, posteriors)
            : Single(labels, parameters, posteriors);
    }

    /// <summary>Accuracies with intervals: those of the numbers' normal intervals.</summary>
    public static RaterSkill[] Skills(LabelTable labels, ILatentParameters parameters, double[]? errors, double confidence)
    {
        var z = NormalDistribution.TwoSidedQuantile(confidence);
        return
        [
            .. labels.Raters.Select(
                (name, rater) =>
                    new RaterSkill(
                        name,
                        labels.LabelsOf[rater],
                        labels.Classes.Count < 2
                            ? null
                            : Bounded(
                                shift => parameters.Accuracy(rater, shift),
                                errors is null ? double.NaN : z * errors[rater],
                                confidence
                            )
                    )
            ),
        ];
    }

    /// <summary>What a rising function of a number says at 0, and at the ends of the number's interval.</summary>
    public static Estimate Bounded(Func<double, double> of, double reach, double confidence) =>
        new(of(0), double.IsFinite(reach) ? new Interval(of(-reach), of(reach), confidence) : null);

    private static double[]? Joint(LabelTable labels, ILatentParameters parameters, double[] posteriors)
    {
        var raters = labels.Raters.Count;
        var information = new double[raters, raters];
        for (var rater = 0; rater < raters; rater++)
        {
            information[rater, rater] = parameters.PriorInformation(rater);
        }

        var deviations = new ItemScores(labels, parameters, posteriors);
        for (var item = 0; item < labels.Items.Count; item++)
        {
            deviations.Read(item);
            for (var one = 0; one < deviations.Count; one++)
            {
                var rater = deviations.Rater(one);
                information[rater, rater] += deviations.Information(one);
                for (var other = 0; other < deviations.Count; other++)
                {
                    information[rater, deviations.Rater(other)] -= deviations.Covariance(one, other);
                }
            }
        }

        return Roots(Matrix<double>.Build.DenseOfArray(information));
    }

    private static double[]? Roots(Matrix<double> information)
    {
        Matrix<double> inverse;
        try
        {
            inverse = information.Cholesky().Solve(Matrix<double>.Build.DenseIdentity(information.RowCount));
        }
        catch (ArgumentException)
        {
            // MathNet's word for a matrix that is not positive definite.
            return null;
        }

        double[] roots = [.. inverse.Diagonal().Select(Math.Sqrt)];
        return Array.TrueForAll(roots, double.IsFinite) ? roots : null;
    }

    private static double[]? Single(LabelTable labels, ILatentParameters parameters, double[] posteriors)
    {
        double[] information = [.. Enumerable.Range(0, labels.Raters.Count).Select(parameters.PriorInformation)];
        var deviations = new ItemScores(labels, parameters, posteriors);
        for (var item = 0; item < labels.Items.Count; item++)
        {
            deviations.Read(item);
            for (var one = 0; one < deviations.Count; one++)
            {
                information[deviations.Rater(one)] += deviations.Information(one);
                // A rater's labels of one item stand together.
                for (var other = one; other >= 0 && deviations.Rater(other) == deviations.Rater(one); other--)
                {
                    information[deviations.Rater(one)] -= (other == one ? 1 : 2) * deviations.Covariance(one, other);
                }
            }
        }

        return Array.TrueForAll(information, value => value > 0) ? [.. information.Select(value => 1 / Math.Sqrt(value))] : null;
    }
}
