using Plumbline.Configuration;
using Plumbline.Evaluation.Statistics;

namespace Plumbline.Feedback.Annotators;

/// <summary>MACE: a rater either knows the class or spams, saying classes with habitual chances whatever the item.</summary>
/// <remarks>
/// <para>
/// P(label | class) = θ·[label = class] + (1 − θ)·ξ_label with the competence θ and the spamming shares ξ of each rater; classes are equally likely beforehand, as in the paper. Hovy, Berg-Kirkpatrick, Vaswani and Hovy, Learning
/// Whom to Trust with MACE, NAACL 2013.
/// </para>
/// <para>
/// Fitted by expectation-maximisation of the posterior mode, with <see cref="AnnotatorOptions.PriorLabels"/> labels beforehand, half of them known and half spammed, and as many spread over ξ; from the shares of votes instead of from
/// random starts, so that the same labels give the same fit. A rater's accuracy is θ + (1 − θ)·Σ_z p_z ξ_z with the class shares p; both intervals are of <see cref="SkillInformation"/>, with ξ held.
/// </para>
/// </remarks>
/// <param name="options">The numbers; null for the defaults.</param>
/// <exception cref="InvalidInputException">An option is out of its range.</exception>
public sealed class Mace(AnnotatorOptions? options = null) : IAnnotatorModel
{
    private readonly AnnotatorOptions options = OptionsValidation.ThrowIfInvalid(options ?? new AnnotatorOptions());

    /// <inheritdoc/>
    public string Name => "MACE";

    /// <inheritdoc/>
    AnnotatorFit IAnnotatorModel.Fit(LabelTable labels, CancellationToken cancellation) => Fit(labels, cancellation);

    /// <inheritdoc cref="IAnnotatorModel.Fit"/>
    public MaceFit Fit(LabelTable labels, CancellationToken cancellation = default)
    {
        var habits = new SpammingHabits(labels, options.PriorLabels);
        var fit = ExpectationMaximization.Run(labels, habits, options, cancellation);
        habits.SetShares(fit.Posteriors);
        var errors = fit.Converged ? SkillInformation.StandardErrors(labels, habits, fit.Posteriors) : null;
        var z = NormalDistribution.TwoSidedQuantile(options.Confidence);
        return new MaceFit(fit.Posteriors, habits)
        {
            Model = Name,
            Labels = labels,
            Skills = SkillInformation.Skills(labels, habits, errors, options.Confidence),
            Objectives = fit.Objectives,
            LogLikelihood = fit.LogLikelihood,
            Converged = fit.Converged,
            Competences =
            [
                .. labels.Raters.Select(
                    (_, rater) =>
                        labels.Classes.Count < 2
                            ? (Estimate?)null
                            : SkillInformation.Bounded(
                                shift => Odds.Shift(habits.Competence(rater), shift),
                                errors is null ? double.NaN : z * errors[rater],
                                options.Confidence
                            )
                ),
            ],
        };
    }
}

/// <summary>What <see cref="Mace"/> says.</summary>
public sealed record MaceFit : AnnotatorFit
{
    private readonly SpammingHabits habits;

    internal MaceFit(double[] posteriors, SpammingHabits habits)
        : base(posteriors) => this.habits = habits;

    /// <summary>The chance that a rater knows the class instead of spamming, in the order of the raters; null where there is one class only.</summary>
    public required IReadOnlyList<Estimate?> Competences { get; init; }

    /// <summary>The chance that a rater who spams says a class; over the classes they sum to 1.</summary>
    /// <param name="rater">The rater's place.</param>
    /// <param name="label">The place of the class.</param>
    public double Spamming(int rater, int label) => habits.Spamming(rater, label);
}
