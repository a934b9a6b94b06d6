using System.Text.RegularExpressions;

namespace Plumbline.Constitutions.Importing;

/// <summary>A section's body taken apart: what it says, comments on it, and worked examples. What cannot be told apart stays in what it says.</summary>
internal sealed partial class SectionParts
{
    private const string Comment = "!!!";
    private const string Indent = "    ";
    private const string ExampleMark = "**Example**";

    /// <summary>The lines that say what is demanded.</summary>
    public List<string> Prose { get; } = [];

    /// <summary>The lines of commentary.</summary>
    public List<string> Commentary { get; } = [];

    /// <summary>The examples.</summary>
    public List<ClauseTest> Tests { get; } = [];

    public static SectionParts Of(List<string> body)
    {
        var parts = new SectionParts();
        for (var at = 0; at < body.Count; )
        {
            at =
                body[at].StartsWith(Comment, StringComparison.Ordinal) ? parts.Comments(body, at)
                : body[at].StartsWith(ExampleMark, StringComparison.Ordinal) ? parts.Example(body, at)
                : parts.Say(body, at);
        }

        return parts;
    }

    private int Say(List<string> body, int at)
    {
        Prose.Add(body[at]);
        return at + 1;
    }

    private int Comments(List<string> body, int at)
    {
        var end = at + 1;
        while (end < body.Count && (body[end].Length == 0 || body[end].StartsWith(Indent, StringComparison.Ordinal)))
        {
            end++;
        }

        Commentary.AddRange(body[(at + 1)..end].Select(line => line.Length == 0 ? line : line[Indent.Length..]));
        return end;
    }

    // A title, then a fenced conversation.
    private int Example(List<string> body, int at)
    {
        var start = at + 1;
        while (start < body.Count && body[start].Length == 0)
        {
            start++;
        }

        var fence = start < body.Count ? MarkdownSection.Fence(body[start], string.Empty, out _) : string.Empty;
        var end = start + 1;
        var open = fence;
        while (fence.Length > 0 && end < body.Count && (open = MarkdownSection.Fence(body[end], open, out _)).Length > 0)
        {
            end++;
        }

        var title = body[at][ExampleMark.Length..].TrimStart(':', ' ');
        var tests = fence.Length > 0 && end < body.Count ? ExampleConversation.Tests(title, body[(start + 1)..end]) : [];
        if (tests.Count == 0)
        {
            return Say(body, at);
        }

        Tests.AddRange(tests);
        return end + 1;
    }
}

/// <summary>
/// A conversation between tags, a message a tag, with answers compared in <c>&lt;comparison&gt;</c>: each comparison is a test of what stands before it, and an answer marked GOOD
/// stands for it where the conversation goes on.
/// </summary>
internal static partial class ExampleConversation
{
    public static List<ClauseTest> Tests(string title, List<string> lines)
    {
        var tests = new List<ClauseTest>();
        var said = new List<(string Role, string Text)>();
        List<(string Mark, string Text)>? compared = null;
        string? role = null;
        var mark = string.Empty;
        var text = new List<string>();
        foreach (var line in lines)
        {
            if (role is not null)
            {
                if (line.Trim() != $"</{role}>")
                {
                    text.Add(line);
                    continue;
                }

                var message = string.Join('\n', text).Trim('\n');
                if (compared is null)
                {
                    said.Add((role, message));
                }
                else
                {
                    compared.Add((mark, message));
                }

                role = null;
            }
            else if (line == "<comparison>")
            {
                compared = [];
            }
            else if (line == "</comparison>" && compared is not null)
            {
                tests.Add(Test(title, said, compared));
                var good = compared.Find(answer => answer.Mark.StartsWith("GOOD", StringComparison.Ordinal));
                said.Add(("assistant", good.Text ?? string.Empty));
                compared = null;
            }
            else if (Tag().Match(line) is { Success: true } tag)
            {
                role = tag.Groups["role"].Value;
                mark = tag.Groups["mark"].Value.Trim();
                text = [];
            }
        }

        return tests.FindAll(test => test.Prompt.Length > 0);
    }

    private static ClauseTest Test(string title, List<(string Role, string Text)> said, List<(string Mark, string Text)> compared)
    {
        var notes = compared.Select(answer => answer.Mark).Where(mark => mark.Contains(':', StringComparison.Ordinal));
        return new ClauseTest
        {
            Prompt = said is [("user", var only)] ? only : string.Join("\n\n", said.Select(message => $"{message.Role}: {message.Text}")),
            Expect = ExpectedBehaviour.AsNoted,
            Note = string.Join(". ", notes.Prepend(title)),
            Good = [.. Marked("GOOD").Concat(Marked("OK"))],
            Bad = [.. Marked("BAD")],
        };

        IEnumerable<string> Marked(string mark) =>
            compared.Where(answer => answer.Mark.StartsWith(mark, StringComparison.Ordinal)).Select(answer => answer.Text);
    }

    [GeneratedRegex(
        @"^<(?<role>assistant|user|developer|system|tool|untrusted)(\s[^>]*)?>(\s*<!--(?<mark>.*)-->)?\s*$",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture
    )]
    private static partial Regex Tag();
}
