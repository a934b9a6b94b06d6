using System.Text.Json;
using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>
/// OpenAssistant: <c>prompt</c> is a message (<c>text</c>, <c>role</c>) with nested <c>replies</c>. Each message to which two or more replies of
/// the assistant carry a <c>rank</c> (0 is best) gives one example, whose prompt is the path to it. Messages that are deleted or were
/// turned down in review are left out with all that follows them. The depth of a tree is bounded by the depth of JSON that is read.
/// </summary>
internal sealed class ConversationTreeLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        if (row.Kind(Column.Prompt) != FieldKind.Object)
        {
            return row.Unfit(Column.Prompt, "a message with 'text' and 'replies'");
        }

        var reader = new Utf8JsonReader(row.Json(Column.Prompt));
        reader.Read();
        var found = new List<Example>();
        var fault = ReadNode(ref reader, out var root) ?? Walk(root!, [], found);
        if (fault is null && found.Count == 0)
        {
            fault = new RowFault(BadRowReason.TooFewAnswers, "no message of the tree has two ranked answers.");
        }

        if (fault is null)
        {
            examples.AddRange(found);
        }

        return fault;
    }

    private static RowFault? Walk(Node node, List<ChatMessage> path, List<Example> found)
    {
        path.Add(new ChatMessage(node.IsAssistant ? ChatRole.Assistant : ChatRole.User, node.Text));
        var answers = new List<Content>();
        var ranks = new List<int>();
        RowFault? fault = null;
        foreach (var reply in node.Replies)
        {
            if (reply is { IsAssistant: true, Rank: { } rank })
            {
                answers.Add(Content.FromMessages([new ChatMessage(ChatRole.Assistant, reply.Text)]));
                ranks.Add(rank);
            }
        }

        if (answers.Count > 1)
        {
            fault = Ranking.Add(Content.FromMessages(path), answers, ranks, found);
        }

        for (var i = 0; i < node.Replies.Count && fault is null; i++)
        {
            fault = Walk(node.Replies[i], path, found);
        }

        path.RemoveAt(path.Count - 1);
        return fault;
    }

    /// <summary>Reads the object that the reader stands on.</summary>
    private static RowFault? ReadNode(ref Utf8JsonReader reader, out Node? node)
    {
        node = null;
        var read = new Node();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!JsonText.TryRead(ref reader, out var name))
            {
                name = string.Empty;
            }

            reader.Read();
            if (ReadProperty(ref reader, name, read) is { } fault)
            {
                return fault;
            }
        }

        if (!read.IsUsable)
        {
            read.Replies.Clear();
        }
        else if (string.IsNullOrWhiteSpace(read.Text))
        {
            return new RowFault(
                read.IsAssistant ? BadRowReason.EmptyAnswer : BadRowReason.EmptyPrompt,
                "a message of the tree has no text."
            );
        }

        node = read;
        return null;
    }

    private static RowFault? ReadProperty(ref Utf8JsonReader reader, string name, Node node)
    {
        switch (name, reader.TokenType)
        {
            case ("text", JsonTokenType.String):
                return JsonText.TryRead(ref reader, out node.Text)
                    ? null
                    : new RowFault(BadRowReason.InvalidText, "a message of the tree holds an escaped surrogate without its partner.");
            case ("role", JsonTokenType.String) when reader.ValueTextEquals("assistant"u8) || reader.ValueTextEquals("prompter"u8):
                node.IsAssistant = reader.ValueTextEquals("assistant"u8);
                return null;
            case ("role", _):
                return new RowFault(BadRowReason.WrongType, "a message of the tree has a role other than 'prompter' and 'assistant'.");
            case ("rank", JsonTokenType.Number) when reader.TryGetInt32(out var rank):
                node.Rank = rank;
                return null;
            case ("rank", not JsonTokenType.Null):
                return new RowFault(BadRowReason.WrongType, "a rank of the tree is no whole number.");
            case ("deleted", JsonTokenType.True):
            case ("review_result", JsonTokenType.False):
                node.IsUsable = false;
                return null;
            case ("replies", JsonTokenType.StartArray):
                return ReadReplies(ref reader, node);
            default:
                reader.Skip();
                return null;
        }
    }

    private static RowFault? ReadReplies(ref Utf8JsonReader reader, Node node)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                return new RowFault(BadRowReason.WrongType, "a reply of the tree is no message.");
            }

            if (ReadNode(ref reader, out var reply) is { } fault)
            {
                return fault;
            }

            if (reply!.IsUsable)
            {
                node.Replies.Add(reply);
            }
        }

        return null;
    }

    private sealed class Node
    {
        public string Text = string.Empty;

        public bool IsAssistant { get; set; }

        public bool IsUsable { get; set; } = true;

        public int? Rank { get; set; }

        public List<Node> Replies { get; } = [];
    }
}
