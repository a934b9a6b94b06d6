namespace Plumbline.Gateway.Answers;

/// <summary>How an endpoint writes answers.</summary>
/// <param name="Path">The endpoint after the version.</param>
/// <param name="Object">What <c>object</c> says of a whole answer.</param>
/// <param name="PieceObject">What it says of a piece.</param>
/// <param name="Prefix">How ids begin of answers that the gateway gives itself.</param>
/// <param name="Main">The field that holds the answer's text.</param>
/// <param name="Texts">All fields that hold text.</param>
internal sealed record AnswerShape(string Path, string Object, string PieceObject, string Prefix, string Main, string[] Texts)
{
    /// <summary>Chat: a message, or deltas of one.</summary>
    internal static readonly AnswerShape Chat = new(
        "/chat/completions",
        "chat.completion",
        "chat.completion.chunk",
        "chatcmpl",
        "content",
        ["content", "reasoning_content", "reasoning", "refusal"]
    );

    /// <summary>Legacy completions: a text in the choice itself.</summary>
    internal static readonly AnswerShape Completion = new("/completions", "text_completion", "text_completion", "cmpl", "text", ["text"]);

    internal bool IsChat => ReferenceEquals(this, Chat);

    /// <summary>The field of a choice that holds the texts; null for the choice itself.</summary>
    internal string? Holder(bool isPiece) =>
        !IsChat ? null
        : isPiece ? "delta"
        : "message";
}
