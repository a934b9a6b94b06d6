using Microsoft.Extensions.AI;
using Plumbline.Findings;
using Plumbline.Moderation;

namespace Plumbline.Gateway;

/// <summary>A decision with what people must see to judge it, cut to what people read.</summary>
public sealed record ReviewedDecision
{
    /// <summary>The most characters (UTF-16) of the text, and of all messages before it together.</summary>
    public const int LongestText = 200_000;

    /// <summary>The most messages before it.</summary>
    public const int MostMessages = 50;

    /// <summary>The decision.</summary>
    public required GuardDecision Decision { get; init; }

    /// <summary>The text it is about; null for an image, of which the decision has the hash. Of a longer one, what stands around the strongest finding.</summary>
    public string? Text { get; init; }

    /// <summary>What was said before, oldest first; of more than fits, the last.</summary>
    public IReadOnlyList<ReviewedMessage> Conversation { get; init; } = [];

    /// <summary>Whom it was made for: the client's name; null for unknown.</summary>
    public string? Client { get; init; }

    /// <summary>How many characters it holds.</summary>
    internal long Length => (Text?.Length ?? 0) + Conversation.Sum(message => (long)message.Text.Length);

    /// <summary>Takes what people must see from a request.</summary>
    /// <param name="decision">The decision.</param>
    /// <param name="request">What was asked about; of a stream with the text as far as it came.</param>
    /// <param name="client">Whom it was made for; null for unknown.</param>
    public static ReviewedDecision Of(GuardDecision decision, GuardRequest request, string? client) =>
        new()
        {
            Decision = decision,
            Text = request.Image.IsEmpty ? Cut(request.Text, decision.Findings) : null,
            Conversation = Last(request.Conversation),
            Client = client,
        };

    private static string Cut(string text, IReadOnlyList<Finding> findings)
    {
        if (text.Length <= LongestText)
        {
            return text;
        }

        var place = findings.Where(finding => finding.Span is not null).MaxBy(finding => finding.Score)?.Span;
        var start = Math.Clamp((place?.Start ?? 0) - (LongestText / 2), 0, text.Length - LongestText);
        return text.Substring(start, LongestText);
    }

    private static List<ReviewedMessage> Last(IReadOnlyList<ChatMessage> messages)
    {
        var kept = new List<ReviewedMessage>();
        var room = LongestText;
        for (var i = messages.Count - 1; i >= 0 && kept.Count < MostMessages && room > 0; i--)
        {
            var text = messages[i].Text;
            text = text.Length > room ? text[^room..] : text;
            room -= text.Length;
            kept.Add(new ReviewedMessage(messages[i].Role.Value, text));
        }

        kept.Reverse();
        return kept;
    }
}

/// <summary>A message before what was decided about.</summary>
/// <param name="Role">Who said it, such as <c>user</c>.</param>
/// <param name="Text">What was said.</param>
public sealed record ReviewedMessage(string Role, string Text);
