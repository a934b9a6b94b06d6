using Microsoft.Extensions.AI;
using Plumbline.Data.Rows;

namespace Plumbline.Data.Layouts;

/// <summary>ShareGPT: <c>conversations</c> with <c>from</c> and <c>value</c>, and where present a <c>system</c> text that goes before them.</summary>
internal sealed class ConversationLayout : RowLayout
{
    /// <inheritdoc/>
    public override RowFault? Read(Row row, List<Example> examples)
    {
        if (row.Kind(Column.Conversations) != FieldKind.Array)
        {
            return row.Unfit(Column.Conversations, "an array of messages");
        }

        var system = string.Empty;
        var fault =
            ContentReader.Read(row, Column.Conversations, BadRowReason.EmptyAnswer, out var content)
            ?? (row.Has(Column.System) ? row.ReadText(Column.System, out system) : null);
        if (fault is not null)
        {
            return fault;
        }

        if (system.Length > 0)
        {
            content = Content.FromMessages([new ChatMessage(ChatRole.System, system), .. content!.Messages!]);
        }

        examples.Add(new LanguageModelingExample(ExampleId.LanguageModeling(content!), content!));
        return null;
    }
}
