using Plumbline.Models.Generation;
using Plumbline.Randomness;

namespace Plumbline.Models.Tests.Generation;

public sealed class SamplerSchedulingTests
{
    [Fact]
    public void A_finished_answer_leaves_at_once_and_a_waiting_one_takes_its_place()
    {
        int[] lengths = [2, 2, 2, 9, 2, 2, 2, 9];
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 20);
        var requests = lengths.Select((length, i) => Request([1 + i], length, (ulong)i)).ToList();

        var answers = new Sampler(engine).Generate(requests);

        // In batches of four, each as long as its longest: 8 steps after the prompt, twice. Here the last request enters when the second three have left, two
        // steps after the first token of the first four.
        Assert.Equal(16, lengths.Chunk(4).Sum(batch => batch.Max() - 1));
        Assert.Equal(10, engine.Steps);
        Assert.Equal(lengths, answers.Select(answer => answer.Ids.Length));
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 3, 4)]
    [InlineData(5, 512, 1)]
    [InlineData(64, 7, 8)]
    public void Tokens_do_not_depend_on_slots_chunks_or_company(int slots, int chunk, int block)
    {
        var alone = RandomRequests().Select(request => new Sampler(new PagedTestEngine(64, 64)).Generate([request])).ToList();
        using var engine = new PagedTestEngine(slots, 64) { BlockTokens = block, SharesForkedBlocks = block > 1 };

        var together = new Sampler(engine, new SamplerOptions { PrefillChunk = chunk }).Generate(RandomRequests());

        foreach (var (expected, actual) in alone.SelectMany(answers => answers).Zip(together, (a, b) => (a, b)))
        {
            Assert.Equal(expected.Ids, actual.Ids);
            Assert.Equal(expected.LogProbabilities, actual.LogProbabilities);
            Assert.Equal(expected.UnfilteredLogProbabilities, actual.UnfilteredLogProbabilities);
            Assert.Equal((expected.Index, expected.FinishReason), (actual.Index, actual.FinishReason));
        }

        Assert.Equal(alone.Sum(answers => answers.Count), together.Count);
        Assert.True(engine.Chunks.Max() <= chunk);
    }

    [Theory]
    [InlineData(3, 60, 1, false)]
    [InlineData(8, 48, 4, true)]
    [InlineData(8, 64, 16, true)]
    [InlineData(8, 52, 4, false)]
    [InlineData(64, 200, 8, true)]
    public void The_cache_is_never_over_committed_and_everybody_is_served(int slots, int tokens, int block, bool shares)
    {
        // The engine throws when a page too many is taken.
        using var engine = new PagedTestEngine(slots, 48)
        {
            TokenCapacity = tokens,
            BlockTokens = block,
            SharesForkedBlocks = shares,
        };
        var requests = RandomRequests();

        var answers = new Sampler(engine).Generate(requests);

        Assert.Equal(requests.Sum(request => request.Answers), answers.Count);
        Assert.InRange(engine.MostTokens, 1, tokens);
        Assert.Equal(0, engine.InUse);
    }

    [Fact]
    public void What_is_reserved_is_what_a_shared_prompt_really_takes()
    {
        // Prompt 8 = 2 shared blocks of 4; 5 new tokens, of which the last is never stored, make a third block for each: (2 + 4) · 4 tokens.
        using var engine = new PagedTestEngine(slots: 8, sequenceCapacity: 16)
        {
            TokenCapacity = 24,
            BlockTokens = 4,
            SharesForkedBlocks = true,
        };

        new Sampler(engine).Generate([Request([1, 2, 3, 4, 5, 6, 7, 8], 5, 1, answers: 4)]);

        Assert.Equal((24, 4), (engine.MostTokens, engine.MostInUse));
    }

    [Fact]
    public void A_group_computes_its_prompt_once_and_draws_what_single_requests_would()
    {
        int[] prompt = [.. Enumerable.Range(1, 20)];
        using var engine = new PagedTestEngine(slots: 16, sequenceCapacity: 40);
        using var single = new PagedTestEngine(slots: 16, sequenceCapacity: 40);

        var group = new Sampler(engine).Generate([Request(prompt, 10, 7, answers: 6)]);
        var singles = new Sampler(single).Generate([.. Enumerable.Range(0, 6).Select(i => Request(prompt, 10, 7, firstStream: i))]);

        Assert.Equal((20, 5), (engine.Chunks.Sum(), engine.Forks));
        Assert.Equal(6 * 20, single.Chunks.Sum());
        Assert.Equal(singles.Select(answer => answer.Ids), group.Select(answer => answer.Ids));
        Assert.Equal(6, group.Select(answer => string.Join(' ', answer.Ids)).Distinct().Count());
        Assert.Equal([0, 1, 2, 3, 4, 5], group.Select(answer => answer.Index));
    }

    [Fact]
    public void A_group_larger_than_the_slots_still_computes_its_prompt_once()
    {
        using var engine = new PagedTestEngine(slots: 3, sequenceCapacity: 30);
        using var narrow = new PagedTestEngine(slots: 1, sequenceCapacity: 30);

        var answers = new Sampler(engine).Generate([Request([1, 2, 3, 4, 5], 6, 1, answers: 10)]);
        var oneByOne = new Sampler(narrow).Generate([Request([1, 2, 3, 4, 5], 6, 1, answers: 10)]);

        Assert.Equal((5, 9, 3), (engine.Chunks.Sum(), engine.Forks, engine.MostInUse));
        // With a single slot nothing can be kept beside the answer that grows.
        Assert.Equal(50, narrow.Chunks.Sum());
        Assert.Equal(oneByOne.Select(answer => answer.Ids), answers.Select(answer => answer.Ids));
    }

    [Fact]
    public void Groups_that_fill_all_slots_do_not_block_one_another()
    {
        using var engine = new PagedTestEngine(slots: 2, sequenceCapacity: 30);

        var answers = new Sampler(engine).Generate([.. Enumerable.Range(1, 4).Select(i => Request([i], 4, (ulong)i, answers: 3))]);

        Assert.Equal(12, answers.Count);
        Assert.All(answers, answer => Assert.Equal(4, answer.Ids.Length));
    }

    [Fact]
    public void A_long_prompt_comes_in_chunks_between_which_running_answers_go_on()
    {
        using var engine = new PagedTestEngine(slots: 2, sequenceCapacity: 200);
        var sampler = new Sampler(engine, new SamplerOptions { PrefillChunk = 10 });
        var (running, late) = (Request([1], 100, 1), Request([.. Enumerable.Repeat(2, 95)], 3, 2));
        sampler.Add(running);
        sampler.Step();
        sampler.Add(late);

        var seen = Enumerable.Range(0, 10).Select(_ => sampler.Step().Select(drawn => drawn.Request).ToList()).ToList();

        Assert.All(seen, requests => Assert.Contains(running, requests));
        Assert.All(seen[..9], requests => Assert.DoesNotContain(late, requests));
        Assert.Contains(late, seen[9]);
        Assert.Equal([1, 10, 10, 10, 10, 10, 10, 10, 10, 10, 5], engine.Chunks);
    }

    [Fact]
    public void A_cancelled_request_frees_its_slots_and_leaves_the_others_alone()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 60);
        using var calm = new PagedTestEngine(slots: 4, sequenceCapacity: 60);
        var sampler = new Sampler(engine, new SamplerOptions { PrefillChunk = 8 });
        var kept = Request([9, 8, 7], 12, 1);
        var expected = new Sampler(calm).Generate([Request([9, 8, 7], 12, 1)])[0].Ids;
        var (group, prefilling, waiting) = (
            Request([1, 2], 30, 2, answers: 6),
            Request([.. Enumerable.Repeat(3, 40)], 5, 3),
            Request([4], 5, 4, answers: 2)
        );
        foreach (var request in new[] { kept, group, prefilling, waiting })
        {
            sampler.Add(request);
        }

        sampler.Step();
        sampler.Step();
        var cut = sampler.Cancel(group);
        sampler.Step();
        var (cutPrefill, cutWaiting) = (sampler.Cancel(prefilling), sampler.Cancel(waiting));

        Assert.Equal([0, 1, 2, 3, 4, 5], cut.Select(answer => answer.Index));
        Assert.All(cut, answer => Assert.Equal((FinishReason.Cancelled, true), (answer.FinishReason, answer.IsTruncated)));
        // Of four slots one computes the other prompt and two are the group's: one holds its prompt, the answer in the other drew twice.
        Assert.Equal([1, 1, 1, 1, 1, 2], cut.Select(answer => answer.Ids.Length).Order());
        Assert.Empty(Assert.Single(cutPrefill).Ids);
        Assert.Equal(2, cutWaiting.Count);
        Assert.Empty(sampler.Cancel(group));
        var rest = new List<SampledToken>();
        while (sampler.HasWork)
        {
            rest.AddRange(sampler.Step());
        }

        Assert.Equal(expected, rest[^1].Finished!.Ids);
        Assert.Equal(0, engine.InUse);
    }

    [Fact]
    public void Cancelling_the_whole_run_ends_it_and_empties_the_engine()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 60);
        var sampler = new Sampler(engine);
        using var cancellation = new CancellationTokenSource();

        Assert.Throws<OperationCanceledException>(() =>
            sampler.Generate(
                RandomRequests(),
                progress =>
                {
                    if (progress.Tokens > 20)
                    {
                        cancellation.Cancel();
                    }
                },
                cancellation.Token
            )
        );

        Assert.False(sampler.HasWork);
        Assert.Equal(0, engine.InUse);
        Assert.Single(sampler.Generate([Request([1], 3, 1)]));
    }

    [Fact]
    public void Progress_counts_answers_and_tokens()
    {
        using var engine = new PagedTestEngine(slots: 4, sequenceCapacity: 60);
        var last = default(SamplingProgress);
        var requests = RandomRequests();

        var answers = new Sampler(engine).Generate(requests, progress => last = progress);

        Assert.Equal(new SamplingProgress(answers.Count, answers.Count, answers.Sum(answer => answer.Ids.Length)), last);
    }

    [Fact]
    public void A_step_allocates_little_beside_the_tokens_it_keeps()
    {
        using var engine = new PagedTestEngine(slots: 64, sequenceCapacity: 600) { Model = (_, _) => { } };
        var sampler = new Sampler(engine);
        var requests = Enumerable.Range(0, 64).Select(i => Request([1], 500, (ulong)i, new SamplingOptions { TopP = 0.9, MinP = 0.01 }));
        foreach (var request in requests)
        {
            sampler.Add(request);
        }

        for (var i = 0; i < 20; i++)
        {
            sampler.Step();
        }

        const int Steps = 400;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Steps; i++)
        {
            sampler.Step();
        }

        var perStep = (GC.GetAllocatedBytesForCurrentThread() - before) / Steps;
        // A kept token is an int and two doubles, and the test's engine keeps it and a page of 24 bytes with its reference; lists grow by doubling.
        Assert.InRange(perStep, 0, (64 * ((3 * (20 + 4 + 8)) + 24)) + 512);
    }

    internal static SamplingRequest Request(
        int[] prompt,
        int length,
        ulong seed,
        SamplingOptions? options = null,
        int answers = 1,
        long firstStream = 0
    ) =>
        new()
        {
            Prompt = prompt,
            Options = (options ?? new SamplingOptions()) with { MaxNewTokens = length },
            Seed = new Seed(seed),
            Answers = answers,
            FirstStream = firstStream,
        };

    // Ragged prompts, groups and lengths; some end early, all with other filters.
    private static List<SamplingRequest> RandomRequests()
    {
        var random = new Seed(5).Source();
        return
        [
            .. Enumerable
                .Range(0, 25)
                .Select(i =>
                    Request(
                        [.. Enumerable.Range(0, 1 + random.NextInt(30)).Select(_ => random.NextInt(32))],
                        1 + random.NextInt(15),
                        (ulong)i,
                        new SamplingOptions
                        {
                            Temperature = random.NextDouble(),
                            TopK = random.NextInt(20),
                            TopP = 0.5 + (random.NextDouble() / 2),
                            RepetitionPenalty = random.NextBool(0.5) ? 1.2 : 1,
                            EndTokens = [3, 4],
                        },
                        answers: random.NextBool(0.4) ? 1 + random.NextInt(7) : 1
                    )
                ),
        ];
    }
}
