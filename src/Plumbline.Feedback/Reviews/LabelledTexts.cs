using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Plumbline.Feedback.Storage;

namespace Plumbline.Feedback.Reviews;

/// <summary>Makes labelled texts of what people decided.</summary>
public static class LabelledTexts
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>One labelled text for each clause that was judged, in the order of the clauses' ids.</summary>
    /// <param name="record">A case.</param>
    /// <returns>Nothing where the case is not decided, was erased, or is about an image without a text.</returns>
    public static IReadOnlyList<LabelledText> ToLabelledTexts(this ReviewRecord record) =>
        record is { Decision: { } decision, Texts.Text: { } text, Summary.Facts: var facts }
            ?
            [
                .. decision
                    .Judgement.Clauses.OrderBy(clause => clause.Key, StringComparer.Ordinal)
                    .Select(clause => new LabelledText(
                        text,
                        clause.Key,
                        clause.Value,
                        facts.Language,
                        "review/" + ReviewRow.Word(facts.Reason)
                    )),
            ]
            : [];

    /// <summary>The labelled texts of all decided cases, in the order of their ids, read page by page.</summary>
    /// <param name="store">The store.</param>
    /// <param name="cancellation">Cancels the queries.</param>
    public static async IAsyncEnumerable<LabelledText> LabelledTextsAsync(
        this IReviewStore store,
        [EnumeratorCancellation] CancellationToken cancellation = default
    )
    {
        const int Page = 100;
        for (long after = 0; ; )
        {
            var page = await store.ReadCasesAsync(ReviewState.Decided, after, Page, cancellation);
            foreach (var summary in page.Where(summary => !summary.IsErased))
            {
                foreach (var row in (await store.FindCaseAsync(summary.Id, cancellation))!.ToLabelledTexts())
                {
                    yield return row;
                }
            }

            if (page.Count < Page)
            {
                yield break;
            }

            after = page[^1].Id;
        }
    }

    /// <summary>Writes the labelled texts of a store as JSON lines with text, clause, label, language and source; the file appears whole or not at all.</summary>
    /// <param name="store">The store.</param>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <param name="cancellation">Cancels the export; nothing is written then.</param>
    /// <returns>How many lines were written; 0 where there is nothing yet, and the file is empty.</returns>
    /// <exception cref="InvalidInputException">The folder does not exist.</exception>
    public static Task<long> WriteAsync(IReviewStore store, string path, CancellationToken cancellation = default) =>
        Task.Run(
            () =>
            {
                if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path))))
                {
                    throw new InvalidInputException("The folder does not exist.", "Create it first.", new InputPosition(path));
                }

                var rows = store.LabelledTextsAsync(cancellation).ToBlockingEnumerable(cancellation);
                return Write(path, rows);
            },
            cancellation
        );

    /// <summary>Writes labelled texts as JSON lines; the file appears whole or not at all.</summary>
    /// <param name="path">The file; an older one is replaced.</param>
    /// <param name="rows">The labelled texts.</param>
    /// <returns>How many lines were written.</returns>
    public static long Write(string path, IEnumerable<LabelledText> rows)
    {
        long written = 0;
        DurableFile.Write(
            path,
            stream =>
            {
                foreach (var row in rows)
                {
                    JsonSerializer.Serialize(stream, row, Layout);
                    stream.WriteByte((byte)'\n');
                    written++;
                }
            }
        );
        return written;
    }
}
