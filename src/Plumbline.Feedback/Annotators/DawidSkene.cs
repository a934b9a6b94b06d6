using Plumbline.Configuration;

namespace Plumbline.Feedback.Annotators;

/// <summary>Dawid and Skene: each rater has a confusion matrix, the chance of each label given each true class.</summary>
/// <remarks>
/// <para>
/// Maximum likelihood (or, with <see cref="AnnotatorOptions.PriorLabels"/>, the posterior mode under Dirichlet priors) by expectation-maximisation from the shares of votes. A rater who turns classes around is believed the other way round. Dawid and Skene, Maximum
/// Likelihood Estimation of Observer Error-Rates Using the EM Algorithm, Applied Statistics 28 (1979) 20-28.
/// </para>
/// <para>
/// A rater's accuracy is Σ_z p_z π_zz, with the class shares p and the matrix π; its interval is of <see cref="SkillInformation"/>. Memory is O(n + r·k²) for n labels, r raters and k classes. Raters with few labels do not fill a
/// matrix: prefer <see cref="OneCoinDawidSkene"/> for them. On planted raters with 100 to 500 labels, 95 % intervals held the accuracy 93 to 94 % of the time, with two to five classes.
/// </para>
/// </remarks>
/// <param name="options">The numbers; null for the defaults.</param>
/// <exception cref="InvalidInputException">An option is out of its range.</exception>
public sealed class DawidSkene(AnnotatorOptions? options = null) : IAnnotatorModel
{
    private readonly AnnotatorOptions options = OptionsValidation.ThrowIfInvalid(options ?? new AnnotatorOptions());

    /// <inheritdoc/>
    public string Name => "Dawid-Skene";

    /// <inheritdoc/>
    AnnotatorFit IAnnotatorModel.Fit(LabelTable labels, CancellationToken cancellation) => Fit(labels, cancellation);

    /// <inheritdoc cref="IAnnotatorModel.Fit"/>
    public DawidSkeneFit Fit(LabelTable labels, CancellationToken cancellation = default)
    {
        var matrices = new ConfusionMatrices(labels, options.PriorLabels);
        var fit = ExpectationMaximization.Run(labels, matrices, options, cancellation);
        var errors = fit.Converged ? SkillInformation.StandardErrors(labels, matrices, fit.Posteriors) : null;
        return new DawidSkeneFit(fit.Posteriors, matrices)
        {
            Model = Name,
            Labels = labels,
            Skills = SkillInformation.Skills(labels, matrices, errors, options.Confidence),
            Objectives = fit.Objectives,
            LogLikelihood = fit.LogLikelihood,
            Converged = fit.Converged,
        };
    }
}

/// <summary>What <see cref="DawidSkene"/> says.</summary>
public sealed record DawidSkeneFit : AnnotatorFit
{
    private readonly ConfusionMatrices matrices;

    internal DawidSkeneFit(double[] posteriors, ConfusionMatrices matrices)
        : base(posteriors) => this.matrices = matrices;

    /// <summary>The chance that a rater gives a label to an item of a class; over the labels they sum to 1.</summary>
    /// <param name="rater">The rater's place.</param>
    /// <param name="trueClass">The place of the item's true class.</param>
    /// <param name="label">The place of the class that the rater says.</param>
    public double Confusion(int rater, int trueClass, int label) => Math.Exp(matrices.Log(rater, trueClass, label));
}
