using Plumbline.Torch.Functions;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Plumbline.Training.Preferences;

/// <summary>
/// What a loss sees of pairs: log-probabilities of whole answers (sums over their tokens, in nats), all [pairs], float32 or float64. Lengths are in tokens, as
/// floating-point numbers of the same type.
/// </summary>
/// <param name="Chosen">The policy's, of the preferred answers.</param>
/// <param name="Rejected">The policy's, of the dispreferred answers.</param>
/// <param name="ReferenceChosen">The reference's, of the preferred answers; null where there is no reference.</param>
/// <param name="ReferenceRejected">The reference's, of the dispreferred answers; null where there is no reference.</param>
/// <param name="ChosenLengths">Tokens of the preferred answers, at least 1.</param>
/// <param name="RejectedLengths">Tokens of the dispreferred answers, at least 1.</param>
public sealed record PairLogProbabilities(
    Tensor Chosen,
    Tensor Rejected,
    Tensor? ReferenceChosen,
    Tensor? ReferenceRejected,
    Tensor ChosenLengths,
    Tensor RejectedLengths
)
{
    /// <summary>The largest exponent in a divergence: e^80 is still far from float32's limit (TRL's bound).</summary>
    private const double MaximumExponent = 80;

    /// <summary>The policy's log-probabilities of gold answers, [pairs]; null where there are none.</summary>
    public Tensor? Gold { get; init; }

    /// <summary>Tokens of the gold answers, at least 1.</summary>
    public Tensor? GoldLengths { get; init; }

    /// <summary>log π(chosen) per token.</summary>
    public Tensor ChosenAverage => Chosen / ChosenLengths;

    /// <summary>log π(rejected) per token.</summary>
    public Tensor RejectedAverage => Rejected / RejectedLengths;

    /// <summary>log π(gold) per token.</summary>
    /// <exception cref="InvalidInputException">There are no gold answers.</exception>
    public Tensor GoldAverage => GoldSum / GoldLengths!;

    /// <summary>log π(gold).</summary>
    /// <exception cref="InvalidInputException">There are no gold answers.</exception>
    public Tensor GoldSum =>
        Gold is not null && GoldLengths is not null
            ? Gold
            : throw new InvalidInputException(
                "The loss learns from a third, gold answer to each prompt, and there is none.",
                "Give data with gold answers, or use a loss of pairs alone, such as cpo or simpo."
            );

    /// <summary>log π(chosen) − log π(rejected).</summary>
    public Tensor PolicyMargin => Chosen - Rejected;

    /// <summary>The reference's log-probability of chosen less that of rejected.</summary>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    public Tensor ReferenceMargin => Reference(ReferenceChosen) - Reference(ReferenceRejected);

    /// <summary>c: log π(chosen) − log ref(chosen), transformed by the divergence.</summary>
    /// <param name="options">Which divergence.</param>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    public Tensor ChosenRatio(PreferenceLossOptions options) => Transform(Chosen - Reference(ReferenceChosen), options);

    /// <summary>r: log π(rejected) − log ref(rejected), transformed by the divergence.</summary>
    /// <param name="options">Which divergence.</param>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    public Tensor RejectedRatio(PreferenceLossOptions options) => Transform(Rejected - Reference(ReferenceRejected), options);

    /// <summary>Δ = c − r.</summary>
    /// <param name="options">Which divergence.</param>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    public Tensor Margin(PreferenceLossOptions options) => ChosenRatio(options) - RejectedRatio(options);

    /// <summary>c/n_c − r/n_r.</summary>
    /// <param name="options">Which divergence.</param>
    /// <exception cref="InvalidInputException">There is no reference.</exception>
    public Tensor AverageMargin(PreferenceLossOptions options) =>
        ChosenRatio(options) / ChosenLengths - RejectedRatio(options) / RejectedLengths;

    /// <summary>The pairs with chosen and rejected answers changed round; gold answers stay, which belong to the prompts.</summary>
    public PairLogProbabilities Swapped() =>
        new(Rejected, Chosen, ReferenceRejected, ReferenceChosen, RejectedLengths, ChosenLengths)
        {
            Gold = Gold,
            GoldLengths = GoldLengths,
        };

    private static Tensor Reference(Tensor? reference) =>
        reference
        ?? throw new InvalidInputException(
            "The loss compares with a reference, and there is none.",
            "Give a reference model, or use a loss without one, such as simpo or cpo."
        );

    private static Tensor Transform(Tensor ratio, PreferenceLossOptions options)
    {
        using var largest = MaximumExponent.ToScalar();
        return options.FDivergenceType switch
        {
            DivergenceType.ReverseKl => ratio,
            DivergenceType.ForwardKl => -(-ratio).clamp_max(largest).exp(),
            DivergenceType.JsDivergence => F.logsigmoid(ratio),
            DivergenceType.AlphaDivergence => ratio
                .Times(options.FAlphaDivergenceCoef - 1)
                .clamp_max(largest)
                .exp()
                .Over(options.FAlphaDivergenceCoef - 1),
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.FDivergenceType, "Unknown divergence."),
        };
    }
}
