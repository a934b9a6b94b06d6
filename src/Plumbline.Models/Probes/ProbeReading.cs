using Plumbline.Configuration;

namespace Plumbline.Models.Probes;

/// <summary>How a text becomes one vector of hidden states: part of what a probe learnt, so its file keeps it.</summary>
public sealed record ProbeReading : IValidatedOptions
{
    /// <summary>The fewest tokens of a window.</summary>
    public const int LeastWindow = 8;

    /// <summary>The most tokens of a window.</summary>
    public const int MostWindow = 1 << 16;

    /// <summary>What stands around the text.</summary>
    /// <value>chat</value>
    public ProbeFraming Framing { get; init; } = ProbeFraming.Chat;

    /// <summary>What is read of the tokens' states.</summary>
    /// <value>mean</value>
    public ProbePooling Pooling { get; init; } = ProbePooling.Mean;

    /// <summary>Tokens of the text in a window; less where the model's context and what stands around the text leave less room. A long text counts as its highest window.</summary>
    /// <value>256</value>
    public int WindowTokens { get; init; } = 256;

    /// <summary>Tokens that two neighbouring windows share, so that nothing is seen in halves only; never more than half a window.</summary>
    /// <value>64</value>
    public int Overlap { get; init; } = 64;

    /// <inheritdoc/>
    public IEnumerable<OptionProblem> Problems()
    {
        if (WindowTokens is < LeastWindow or > MostWindow)
        {
            yield return new OptionProblem(nameof(WindowTokens), WindowTokens, $"between {LeastWindow} and {MostWindow}");
        }

        if (Overlap < 0 || Overlap > WindowTokens / 2)
        {
            yield return new OptionProblem(nameof(Overlap), Overlap, "between 0 and half of window_tokens");
        }
    }
}

/// <summary>What stands around a text that a probe reads.</summary>
public enum ProbeFraming
{
    /// <summary>The chat template, with the text as what the user says, up to where the assistant's turn begins.</summary>
    Chat,

    /// <summary>Nothing but the token that begins a text, where the tokenizer adds one.</summary>
    Plain,
}

/// <summary>What is read of the tokens' hidden states.</summary>
/// <remarks>
/// The highest token is no choice: single tokens that stand out are what raises false alarms (He et al. 2026, arXiv 2604.14865). The mean of a window, and the
/// highest of a text's windows, ask for several tokens that agree and still find a passage of a long text.
/// </remarks>
public enum ProbePooling
{
    /// <summary>The mean over the text's own tokens. The mean of the tokens' log-odds is the log-odds of their mean (Goldowsky-Dill et al. 2025, arXiv 2502.03407).</summary>
    Mean,

    /// <summary>The last token: with a chat template the one after which the model begins to answer.</summary>
    Last,
}
