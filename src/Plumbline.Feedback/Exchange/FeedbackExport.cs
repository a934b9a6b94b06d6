using System.Runtime.CompilerServices;
using Plumbline.Data;
using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Exchange;

/// <summary>Writes what a store holds as a data set, with every single vote beside it.</summary>
public static class FeedbackExport
{
    private const string Compressed = ".gz";

    /// <summary>Where the votes of a data set stand: <c>NAME.votes.jsonl</c> beside <c>NAME.jsonl</c>, <c>NAME.csv</c>, or either gzipped.</summary>
    /// <param name="path">The data set's path.</param>
    public static string VotesPath(string path)
    {
        var plain = path.EndsWith(Compressed, StringComparison.OrdinalIgnoreCase) ? path[..^Compressed.Length] : path;
        return Path.ChangeExtension(plain, ".votes.jsonl");
    }

    /// <summary>
    /// Writes the examples that the judged tasks give, in the order of the tasks; where a reviewer settled an order, by that. Tasks with a known answer give none: they check raters. Pictures are written to the folder
    /// <c>images</c> beside the file, and answers are named by their path from there. Each file appears whole and replaces an older one; the same log gives the same bytes.
    /// </summary>
    /// <remarks>
    /// Beside it stands one line of JSON for each vote, of checking tasks too: <c>example</c> (the ranked list's id; null of pairs and labels), <c>request</c>, <c>project</c>, <c>sequence</c> and <c>time</c> of the
    /// event, <c>rater</c> (the pseudonym of <see cref="IFeedbackStore.HashRater"/>), <c>prompt</c> (its id), <c>answers</c> (of each the first 32 hexadecimal digits of SHA-256 over its text or path, best by mean
    /// rank first: all that follows of each answer stands in this order), <c>ranks</c> by the criterion (null where the rater gave none), <c>overall_ranks</c> where they are not these, <c>criteria</c> (ranks by each), <c>shown</c> (the place,
    /// from 1, at which the rater saw each answer; null where nobody said), <c>all_bad</c>, <c>margin</c>, <c>judgements</c> (ratings, flags, critique and spans of each), <c>turns</c>, <c>dealt</c> (priority,
    /// random or gold; null where the store did not deal it), <c>gold</c> (whether a known answer was met), <c>settled</c> (a reviewer's ranks), <c>comment</c> as written, <c>seconds</c>.
    /// </remarks>
    /// <param name="stores">The store; it is read page by page.</param>
    /// <param name="path">A path that ends in .jsonl, .jsonl.gz, .csv or .csv.gz; csv is not for rankings and chats.</param>
    /// <param name="options">What is written; null for rankings of all there is.</param>
    /// <param name="cancellation">Cancels the export; no data set is written then.</param>
    /// <returns>How many examples were written.</returns>
    /// <exception cref="InvalidInputException">
    /// There is no such project, nothing was judged that gives an example, the path has another ending or its folder does not exist, or text and chat prompts stand in one export.
    /// </exception>
    public static async Task<long> WriteAsync(
        FeedbackStores stores,
        string path,
        ExportOptions? options = null,
        CancellationToken cancellation = default
    )
    {
        options ??= new ExportOptions();
        var folder = Path.GetDirectoryName(Path.GetFullPath(path));
        if (!Directory.Exists(folder))
        {
            throw new InvalidInputException("the folder does not exist.", "Create it first.", new InputPosition(path));
        }

        if (options.Project is { } project && await stores.Projects.FindProjectAsync(project, cancellation) is null)
        {
            throw new InvalidInputException($"There is no project {project}.", "Name one that there is, or leave it out for all.");
        }

        return await Task.Run(
            () =>
            {
                long written = 0;
                var tasks = TasksAsync(stores, new ExportedPictures(stores.Projects, folder), options, cancellation)
                    .ToBlockingEnumerable(cancellation);
                DurableFile.Write(
                    VotesPath(path),
                    votes => written = DatasetWriter.Write(path, Examples(tasks, options, new VoteLines(stores.Rankings, options, votes)))
                );
                return written;
            },
            cancellation
        );
    }

    /// <summary>The tasks that have a judgement, their pictures written and named by their paths, each with whom it was dealt to.</summary>
    private static async IAsyncEnumerable<(FeedbackRequest Request, IEnumerable<RequestTaken> Deals)> TasksAsync(
        FeedbackStores stores,
        ExportedPictures pictures,
        ExportOptions options,
        [EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var ofPictures = (await stores.Projects.ReadProjectsAsync(cancellation))
            .Where(project => project.Settings.Medium == AnswerMedium.Image)
            .Select(project => (long?)project.Id)
            .ToHashSet();
        await foreach (var page in stores.Rankings.RankedPagesAsync(options.Project, cancellation))
        {
            var deals = (await stores.Projects.ReadDealsAsync([.. page.Select(request => request.Id)], cancellation)).ToLookup(deal =>
                deal.Request
            );
            foreach (var request in page)
            {
                var asked = request.Comparison;
                if (ofPictures.Contains(asked.Project))
                {
                    var names = new List<string>();
                    foreach (var address in asked.Answers)
                    {
                        names.Add(await pictures.NameAsync(address, cancellation));
                    }

                    asked = asked with { Answers = names };
                }

                yield return (request with { Comparison = asked }, deals[request.Id]);
            }
        }
    }

    private static IEnumerable<Example> Examples(
        IEnumerable<(FeedbackRequest Request, IEnumerable<RequestTaken> Deals)> tasks,
        ExportOptions options,
        VoteLines votes
    )
    {
        var (pairs, labels) = (new PairExamples(options), new LabelExamples(options));
        foreach (var (request, deals) in tasks)
        {
            var places = request.Places(options.Criterion);
            Example[] examples = request.Comparison.Gold is not null
                ? []
                : options.Kind switch
                {
                    ExportKind.Pairs => places is null ? [] : [.. pairs.Of(request, places)],
                    ExportKind.Labels => [.. labels.Of(request, places)],
                    _ => places is null ? [] : [request.ToRankedExample(places)],
                };
            votes.Write(request, places, options.Kind == ExportKind.Rankings && examples is [var only] ? only.Id : null, deals);
            foreach (var example in examples)
            {
                yield return example;
            }
        }
    }
}
