using System.Text;

namespace Plumbline.Tokenization.Decoders;

/// <summary>
/// One step of turning tokens into text, as tokens come one by one. A token may come in several parts, because earlier steps hand on what is certain and
/// join tokens; what comes out in all is the same however long the text is. One per text; not thread-safe.
/// </summary>
internal abstract class DecodingStage
{
    /// <summary>Takes the next part.</summary>
    /// <param name="part">The text of a token or of a part of it, possibly empty.</param>
    /// <param name="begins">Whether a token begins with it.</param>
    /// <param name="ends">Whether the token ends with it.</param>
    public abstract void Write(ReadOnlySpan<char> part, bool begins, bool ends);

    /// <summary>Ends the text and makes the stage ready for another.</summary>
    public abstract void Finish();
}

/// <summary>The last stage: collects the text.</summary>
internal sealed class TextCollector : DecodingStage
{
    private readonly StringBuilder text = new();

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> part, bool begins, bool ends) => text.Append(part);

    /// <inheritdoc/>
    public override void Finish() { }

    /// <summary>What came since the last call.</summary>
    public string Take()
    {
        var taken = text.ToString();
        text.Clear();
        return taken;
    }
}

/// <summary>Makes the stages of a decoder, last first.</summary>
/// <param name="next">What the stage hands its text on to.</param>
internal delegate DecodingStage StageFactory(DecodingStage next);
