using Plumbline.Configuration;

namespace Plumbline.Training.Preferences;

/// <summary>The numbers in preference losses, under TRL's names where the meaning is the same. Which loss reads which: docs/losses.md.</summary>
public sealed record PreferenceLossOptions : IValidatedOptions
{
    /// <summary>How strongly the policy is held to its reference; the scale of the rewards where there is none.</summary>
    /// <value>0.1</value>
    public double Beta { get; init; } = 0.1;

    /// <summary>Share ε of pairs taken to be labelled the wrong way round.</summary>
    /// <value>0</value>
    public double LabelSmoothing { get; init; }

    /// <summary>Margin γ by which the chosen answer's reward should lead (SimPO, AlphaPO, TPO-L).</summary>
    /// <value>0.5</value>
    public double Gamma { get; init; } = 0.5;

    /// <summary>Shape α of AlphaPO's reward; 0 makes it SimPO's.</summary>
    /// <value>0.25</value>
    public double Alpha { get; init; } = 0.25;

    /// <summary>Weight of the gold answer's cross-entropy in TPO.</summary>
    /// <value>1</value>
    public double TpoAlpha { get; init; } = 1;

    /// <summary>Weight α of XPO's exploration: what a nat of likelihood of the reference's answer costs.</summary>
    /// <value>1e-5</value>
    public double XpoAlpha { get; init; } = 1e-5;

    /// <summary>Temperature τ at which DiscoPOP blends its two losses.</summary>
    /// <value>0.05</value>
    public double DiscopopTau { get; init; } = 0.05;

    /// <summary>The divergence that holds the policy to its reference (arXiv 2309.16240).</summary>
    /// <value>reverse_kl</value>
    public DivergenceType FDivergenceType { get; init; } = DivergenceType.ReverseKl;

    /// <summary>α of the α-divergence.</summary>
    /// <value>0.5</value>
    public double FAlphaDivergenceCoef { get; init; } = 0.5;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        (bool Holds, string Option, object Value, string Range)[] checks =
        [
            (Beta > 0 && double.IsFinite(Beta), nameof(Beta), Beta, "above 0"),
            (LabelSmoothing is >= 0 and < 0.5, nameof(LabelSmoothing), LabelSmoothing, "in [0, 0.5)"),
            (Gamma >= 0 && double.IsFinite(Gamma), nameof(Gamma), Gamma, "0 or more"),
            (double.IsFinite(Alpha), nameof(Alpha), Alpha, "a finite number"),
            (TpoAlpha >= 0 && double.IsFinite(TpoAlpha), nameof(TpoAlpha), TpoAlpha, "0 or more"),
            (XpoAlpha >= 0 && double.IsFinite(XpoAlpha), nameof(XpoAlpha), XpoAlpha, "0 or more"),
            // Above 1 the exponential part outgrows its own weight and overflows.
            (DiscopopTau is > 0 and <= 1, nameof(DiscopopTau), DiscopopTau, "in (0, 1]"),
            (FAlphaDivergenceCoef is > 0 and < 1, nameof(FAlphaDivergenceCoef), FAlphaDivergenceCoef, "in (0, 1)"),
        ];
        return from check in checks where !check.Holds select new OptionProblem(check.Option, check.Value, check.Range);
    }
}

/// <summary>Divergences of the policy from its reference, and what each makes of an answer's log-ratio s (arXiv 2309.16240, table 1).</summary>
public enum DivergenceType
{
    /// <summary>s itself: plain DPO.</summary>
    ReverseKl,

    /// <summary>−e^(−s).</summary>
    ForwardKl,

    /// <summary>log σ(s).</summary>
    JsDivergence,

    /// <summary>e^((α−1)·s)/(α−1).</summary>
    AlphaDivergence,
}
