namespace Plumbline.Training.Policies;

/// <summary>How the losses of tokens become the loss of a step.</summary>
public enum PolicyAggregation
{
    /// <summary>Σ over all tokens / their number in the whole step: every token weighs the same (DAPO, arXiv 2503.14476).</summary>
    TokenMean,

    /// <summary>The mean over answers of each one's mean over its tokens: every answer weighs the same (GRPO, arXiv 2402.03300; RLOO, GSPO).</summary>
    SequenceMean,

    /// <summary>Σ over all tokens / (answers · longest possible answer): no answer's length changes what its tokens weigh (Dr. GRPO, arXiv 2503.20783).</summary>
    Constant,
}
