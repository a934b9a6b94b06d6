using System.Text;
using Microsoft.Extensions.AI;

namespace Plumbline.Evaluation.Reports;

/// <summary>Prompts and answers, as the text they are.</summary>
internal static class SampleConversations
{
    public static void Append(StringBuilder html, SamplesBlock block)
    {
        for (var i = 0; i < block.Samples.Count; i++)
        {
            var sample = block.Samples[i];
            html.Append("<article class=\"sample\">\n").AppendElement("h3", $"Sample {i + 1}").Append('\n');
            if (sample.Prompt.Messages is { } messages)
            {
                foreach (var message in messages)
                {
                    AppendTurn(html, message.Role.Value, message.Text, "turn");
                }
            }
            else
            {
                AppendTurn(html, "prompt", sample.Prompt.Text!, "turn");
            }

            html.Append("<div class=\"answers\">\n");
            if (sample.Before is not null)
            {
                AppendAnswer(html, "Answer before", sample.Before, sample.TurnsBefore, "turn before");
            }

            AppendAnswer(html, sample.Before is null ? "Answer" : "Answer after", sample.After, sample.TurnsAfter, "turn after");
            html.Append("</div>\n");
            if (sample.Note is not null)
            {
                html.AppendElement("p", sample.Note, "note").Append('\n');
            }

            html.Append("</article>\n");
        }
    }

    /// <summary>An answer; of a conversation every message, one below the other.</summary>
    private static void AppendAnswer(StringBuilder html, string title, string answer, IReadOnlyList<ChatMessage> turns, string className)
    {
        if (turns.Count == 0)
        {
            AppendTurn(html, title, answer, className);
            return;
        }

        html.Append("<div class=\"").Append(className).Append("\">\n").AppendElement("h4", title).Append('\n');
        foreach (var turn in turns)
        {
            AppendTurn(html, turn.Role.Value, turn.Text, "turn");
        }

        html.Append("</div>\n");
    }

    /// <summary>What was said, in the direction its own letters have.</summary>
    private static void AppendTurn(StringBuilder html, string who, string text, string className)
    {
        html.Append("<div class=\"").Append(className).Append("\">\n").AppendElement("h4", who).Append('\n');
        var isEmpty = string.IsNullOrWhiteSpace(text);
        html.Append(isEmpty ? "<p class=\"said quiet\">" : "<p class=\"said\" dir=\"auto\">");
        html.AppendLongText(isEmpty ? "(an empty answer)" : text).Append("</p>\n</div>\n");
    }
}
