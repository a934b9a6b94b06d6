using AngleSharp.Dom;
using Ganss.Xss;
using Markdig;
using Microsoft.AspNetCore.Components;

namespace Plumbline.Studio.Ranking;

/// <summary>
/// Shows Markdown that a model or a stranger wrote. HTML in it is shown as text, pictures are not loaded (they would tell others who looks), links lead away without a trace, and what is left passes a sanitiser
/// that knows only the elements below. Blocks choose their direction by their own letters; code is always left to right.
/// </summary>
public static class AnswerHtml
{
    /// <summary>Longer texts are shown as they are, without Markdown, in characters: reading it takes more than the length in the worst case.</summary>
    public const int LongestMarkdown = 200_000;

    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .DisableHtml()
        .UsePipeTables()
        .UseEmphasisExtras()
        .UseTaskLists()
        .Build();

    private static readonly HashSet<string> Blocks =
    [
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "blockquote",
        "td",
        "th",
        "table",
        "ul",
        "ol",
    ];

    /// <summary>The HTML of a text.</summary>
    /// <param name="text">The text, in Markdown.</param>
    public static MarkupString Render(string text)
    {
        if (text.Length > LongestMarkdown)
        {
            return new MarkupString($"<pre dir=\"auto\" class=\"raw\">{System.Net.WebUtility.HtmlEncode(text)}</pre>");
        }

        try
        {
            return new MarkupString(Sanitizer().Sanitize(Markdown.ToHtml(text, Pipeline)));
        }
        catch (ArgumentException)
        {
            // Markdig refuses texts that nest too deeply.
            return new MarkupString($"<pre dir=\"auto\" class=\"raw\">{System.Net.WebUtility.HtmlEncode(text)}</pre>");
        }
    }

    private static HtmlSanitizer Sanitizer()
    {
        var sanitizer = new HtmlSanitizer(
            new HtmlSanitizerOptions
            {
                AllowedTags = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
                {
                    "p",
                    "br",
                    "hr",
                    "h1",
                    "h2",
                    "h3",
                    "h4",
                    "h5",
                    "h6",
                    "strong",
                    "em",
                    "del",
                    "ins",
                    "mark",
                    "sub",
                    "sup",
                    "ul",
                    "ol",
                    "li",
                    "blockquote",
                    "pre",
                    "code",
                    "a",
                    "table",
                    "thead",
                    "tbody",
                    "tr",
                    "th",
                    "td",
                },
                AllowedAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href", "start" },
                AllowedSchemes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "http", "https", "mailto" },
                UriAttributes = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "href" },
            }
        );
        sanitizer.PostProcessNode += (_, change) => Finish(change.Node);
        return sanitizer;
    }

    private static void Finish(INode node)
    {
        if (node is not IElement element)
        {
            return;
        }

        var name = element.LocalName;
        if (Blocks.Contains(name))
        {
            element.SetAttribute("dir", "auto");
        }
        else if (name is "pre" or "code")
        {
            element.SetAttribute("dir", "ltr");
            if (name == "pre")
            {
                // It scrolls by itself, and so must be reached by the keyboard.
                element.SetAttribute("tabindex", "0");
            }
        }
        else if (name == "a")
        {
            element.SetAttribute("rel", "noopener noreferrer nofollow");
            element.SetAttribute("target", "_blank");
        }
    }
}
