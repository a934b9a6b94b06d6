namespace Plumbline.Data;

/// <summary>What a conversation opens with: rows that share it speak of the same, so they are kept on one side of every split.</summary>
public static class ConversationOpening
{
    /// <summary>The first message, or the whole of a text, in lower case and with single blanks.</summary>
    /// <param name="prompt">A row's prompt.</param>
    public static string Of(Content prompt)
    {
        var text = prompt.Messages is { Count: > 0 } messages ? messages[0].Text : prompt.Text ?? string.Empty;
        return string.Join(' ', text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
