namespace Plumbline.Torch.Functions;

/// <summary>
/// A run of packed rows that attend causally among themselves, and before that to all rows of a prompt which other spans may see too. The positions of a span
/// go on where its prompt's end: row j of the span stands at <see cref="PromptLength"/> + j.
/// </summary>
/// <param name="Start">The first row.</param>
/// <param name="Length">Rows, at least 1.</param>
/// <param name="PromptStart">The first row of the prompt; 0 where there is none.</param>
/// <param name="PromptLength">Rows of the prompt, which end before the span starts; 0 for none.</param>
public readonly record struct AttentionSpan(int Start, int Length, int PromptStart = 0, int PromptLength = 0)
{
    /// <summary>Keys that the span's last row sees where no window hides any.</summary>
    public int Keys => PromptLength + Length;
}
