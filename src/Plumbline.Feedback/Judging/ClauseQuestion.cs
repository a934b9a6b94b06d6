using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Randomness;
using Plumbline.Scoring;

namespace Plumbline.Feedback.Judging;

/// <summary>What a judge is asked about two answers by one clause: also what a model is taught with that shall judge.</summary>
/// <param name="clause">The clause.</param>
/// <param name="language">The language of the answers, for clauses that are translated into it; null for the clause's own.</param>
public sealed class ClauseQuestion(Clause clause, string? language)
{
    /// <summary>What the judge chooses from: the letter of the answer that is shown first, and of the other.</summary>
    internal static IReadOnlyList<string> Letters { get; } = ["A", "B"];

    /// <summary>What the judge chooses from where it sees one answer alone.</summary>
    public static IReadOnlyList<string> Verdicts { get; } = ["yes", "no"];

    private const string Keeps = "Does the answer keep to this principle? Reply with yes or no alone.";
    private const string Choose = "Which answer is better by this principle? Reply with A or B alone.";
    private const string Reason = "Think step by step, in a few sentences, about which answer is better by this principle.";
    private const string Conclude = "So which answer is better? Reply with A or B alone.";
    private const string ReasonAndChoose =
        "Think step by step, in a few sentences, about which answer is better by this principle, then end with a line \"Better: A\" or \"Better: B\".";

    /// <summary>The hash of all that a judgement by the clause depends on beside the pair and the judge. A judgement stands as long as this does.</summary>
    /// <param name="options">How the judge is asked.</param>
    /// <param name="seed">What its replies are sampled with.</param>
    internal string Hash(ComparisonOptions options, Seed seed)
    {
        var samples = options.ChainOfThought || options.Method == JudgeMethod.Samples;
        var manner = string.Create(
            CultureInfo.InvariantCulture,
            $"{options.Method} {options.ChainOfThought} {(samples ? $"{options.Samples} {options.Temperature} {options.MaxTokens} {seed.Value}" : string.Empty)}"
        );
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{manner}\n{Principle}")))[..16];
    }

    private string Principle
    {
        get
        {
            var (text, wording) = clause.In(language);
            var principle = new StringBuilder();
            if (wording.Comparison is { } own)
            {
                principle.Append(own.Replace("{text}", text, StringComparison.Ordinal));
            }
            else
            {
                principle
                    .Append(
                        clause.Polarity switch
                        {
                            Polarity.Forbid => "An answer must not break this principle: ",
                            Polarity.Permit => "By this principle an answer may, and should not be held back from it: ",
                            _ => "An answer should keep to this principle: ",
                        }
                    )
                    .Append(text);
            }

            foreach (var exception in clause.Exceptions)
            {
                principle.Append("\nIt does not cover this: ").Append(exception);
            }

            return principle.ToString();
        }
    }

    /// <summary>The question whose answer is a letter.</summary>
    internal List<ChatMessage> Direct(ComparedPair pair, bool swapped) => [Ask(pair, swapped, Choose)];

    /// <summary>The question whose answer is a rationale.</summary>
    internal List<ChatMessage> Rationale(ComparedPair pair, bool swapped) => [Ask(pair, swapped, Reason)];

    /// <summary>The question whether one answer keeps to the clause, whose answer is yes or no.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="answer">The answer.</param>
    public IReadOnlyList<ChatMessage> Alone(Content prompt, Content answer)
    {
        var passage = MarkedPassage.Of(
            "A conversation and an answer to it stand",
            $"{prompt}\n\nAnswer:\n{answer}",
            $"{prompt}",
            $"{answer}"
        );
        return [new ChatMessage(ChatRole.User, $"{Principle}\n\n{passage}{Keeps}")];
    }

    /// <summary>The question for the letter behind a rationale.</summary>
    internal List<ChatMessage> Concluded(ComparedPair pair, bool swapped, string rationale) =>
        [Ask(pair, swapped, Reason), new ChatMessage(ChatRole.Assistant, rationale), new ChatMessage(ChatRole.User, Conclude)];

    /// <summary>The question whose answer is a text that names a letter.</summary>
    internal List<ChatMessage> Written(ComparedPair pair, bool swapped, bool reasons) =>
        [Ask(pair, swapped, reasons ? ReasonAndChoose : Choose)];

    /// <summary>The letter that a reply names, as an index; null for none.</summary>
    internal static int? Letter(string reply)
    {
        var text = reply.Trim();
        var marked = text.LastIndexOf("Better:", StringComparison.OrdinalIgnoreCase);
        var said = (marked < 0 ? text : text[(marked + "Better:".Length)..]).Trim(
            ' ',
            '*',
            '(',
            ')',
            '.',
            '"',
            '\'',
            '\n',
            '\r',
            '[',
            ']',
            ':'
        );
        var isLetter = said.Length > 0 && said[0] is 'A' or 'B' && (said.Length == 1 || !char.IsLetterOrDigit(said[1]));
        return isLetter ? said[0] - 'A' : null;
    }

    private ChatMessage Ask(ComparedPair pair, bool swapped, string question)
    {
        var (a, b) = swapped ? (pair.Second, pair.First) : (pair.First, pair.Second);
        var passage = MarkedPassage.Of(
            "A conversation and two answers to it stand",
            $"{pair.Prompt}\n\nAnswer A:\n{a}\n\nAnswer B:\n{b}",
            $"{pair.Prompt}",
            $"{a}",
            $"{b}"
        );
        return new ChatMessage(ChatRole.User, $"{Principle}\n\n{passage}{question}");
    }
}

/// <summary>Two answers to be compared.</summary>
/// <param name="Id">The pair's id.</param>
/// <param name="Prompt">What was asked.</param>
/// <param name="First">One answer.</param>
/// <param name="Second">The other.</param>
/// <param name="Situation">Where and when.</param>
public sealed record ComparedPair(string Id, Content Prompt, Content First, Content Second, Situation Situation);
