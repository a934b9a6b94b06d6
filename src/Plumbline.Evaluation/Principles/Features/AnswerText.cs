using Microsoft.Extensions.AI;
using Plumbline.Data;
using Plumbline.Evaluation.Principles.Words;

namespace Plumbline.Evaluation.Principles.Features;

/// <summary>An answer with the question it answers, cut into words once for all features.</summary>
public sealed class AnswerText
{
    private AnswerText(string question, string text)
    {
        Question = question;
        Text = text;
        QuestionWords = WordTokens.Of(question);
        Words = WordTokens.Of(text);
    }

    /// <summary>The last turn of the user, or the whole prompt where it is a text.</summary>
    public string Question { get; }

    /// <summary>The answer.</summary>
    public string Text { get; }

    internal string[] QuestionWords { get; }

    internal string[] Words { get; }

    /// <summary>Reads an answer.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="answer">What was answered.</param>
    public static AnswerText Of(Content prompt, Content answer) => new(LastTurn(prompt), TextOf(answer));

    /// <summary>The text of an answer, its messages one after the other.</summary>
    internal static string TextOf(Content answer) => answer.Text ?? string.Join('\n', answer.Messages!.Select(message => message.Text));

    private static string LastTurn(Content prompt) =>
        prompt.Text ?? prompt.Messages!.LastOrDefault(message => message.Role == ChatRole.User)?.Text ?? string.Empty;
}
