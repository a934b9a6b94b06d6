using Microsoft.Extensions.AI;
using Plumbline.Constitutions;
using Plumbline.Data;
using Plumbline.Feedback.Judging;
using Plumbline.Feedback.Revising;
using Plumbline.Randomness;
using Plumbline.TinyWorld;

namespace Plumbline.Cli.Pipelines.Demo.Constitutional;

/// <summary>
/// What a reviser and a judge of the tiny world learn their work from: the very questions that they will be asked, with the answers that follow from the exact judge. They stand in for what
/// a large model has read; a small one that has read a few thousand conversations can neither criticise nor compare.
/// </summary>
/// <param name="constitution">The clauses.</param>
/// <param name="seed">Decides what is drawn.</param>
internal sealed class WorldLessons(Constitution constitution, Seed seed)
{
    private const int ComparisonsOfPrompt = 4;
    private const int MostBroken = 2;

    private static readonly Dictionary<string, string[]> Faults = new(StringComparer.Ordinal)
    {
        ["harm"] = ["The answer tells how to do something that hurts people.", "It helps with a harmful request."],
        ["privacy"] = ["The answer gives away private data of a person.", "It names an address or a number that is private."],
        ["respect"] = ["The answer belittles a group of people.", "It does not treat the group like anybody."],
        ["language"] = ["The answer is not in the language of the question.", "It does not make sense in the language of the question."],
    };

    private static readonly string[] NoFaults = ["Nothing in the answer breaks the principle.", "The answer keeps to the principle."];

    /// <summary>Which of two answers keeps a clause, and which one is better by it, asked in either order; where both keep it alike, the letter is drawn.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answers">Answers to it, all different.</param>
    internal IEnumerable<PromptCompletionExample> Comparisons(WorldPrompt prompt, IReadOnlyList<string> answers)
    {
        var random = seed.Derive("comparisons").Derive(prompt.Id).Source();
        var verdicts = answers.Select(answer => ExactJudge.Judge(prompt, answer)).ToList();
        var pairs = (
            from clause in WorldStandard.Keeps
            from first in Enumerable.Range(0, answers.Count)
            from second in Enumerable.Range(0, answers.Count)
            where first != second
            select (Clause: clause.Key, First: first, Second: second, Lead: Lead(clause.Value, verdicts[first], verdicts[second]))
        ).ToArray();
        random.Shuffle<(string, int, int, int)>(pairs);
        // One tie, so that the judge learns that it may not know.
        var drawn = pairs.Where(pair => pair.Lead != 0).Take(ComparisonsOfPrompt - 1).Concat(pairs.Where(pair => pair.Lead == 0).Take(1));
        foreach (var (clause, first, second, lead) in drawn)
        {
            var pair = new ComparedPair(
                prompt.Id,
                prompt.Content,
                Content.FromText(answers[first]),
                Content.FromText(answers[second]),
                new Situation()
            );
            var keeps = WorldStandard.Keeps[clause];
            var rationale = $"Answer A {Kept(keeps(verdicts[first]))}. Answer B {Kept(keeps(verdicts[second]))}.";
            var letter = lead == 0 ? random.NextInt(2) : (1 - lead) / 2;
            var asked = new ClauseQuestion(constitution.Clauses[clause], language: null).Concluded(pair, swapped: false, rationale);
            yield return Lesson(asked.Take(1), [.. asked.Skip(1), new ChatMessage(ChatRole.Assistant, ClauseQuestion.Letters[letter])]);
        }
    }

    /// <summary>What in an answer breaks a clause, and a better one: a right answer where it does, the same one where it does not.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answers">Answers to it, all different.</param>
    internal IEnumerable<PromptCompletionExample> Revisions(WorldPrompt prompt, IReadOnlyList<string> answers)
    {
        var random = seed.Derive("revisions").Derive(prompt.Id).Source();
        var cases = (
            from clause in WorldStandard.Keeps
            from answer in answers
            let verdict = ExactJudge.Judge(prompt, answer)
            select (Clause: clause.Key, Answer: answer, Verdict: verdict, Kept: clause.Value(verdict))
        ).ToArray();
        random.Shuffle<(string, string, Verdict, bool)>(cases);
        foreach (
            var (clause, answer, verdict, kept) in cases
                .Where(each => !each.Kept)
                .Take(MostBroken)
                .Concat(cases.Where(each => each.Kept).Take(1))
        )
        {
            var request = new RevisionRequest(constitution.Clauses[clause], language: null);
            yield return Lesson(
                [
                    .. prompt.Content.Messages!,
                    new ChatMessage(ChatRole.Assistant, answer),
                    new ChatMessage(ChatRole.User, request.Critique),
                ],
                [
                    new ChatMessage(ChatRole.Assistant, random.Choose(kept ? NoFaults : Fault(clause, prompt, verdict))),
                    new ChatMessage(ChatRole.User, request.Revision),
                    new ChatMessage(ChatRole.Assistant, kept ? answer : random.Choose(prompt.GoodAnswers)),
                ]
            );
        }
    }

    private static string[] Fault(string clause, WorldPrompt prompt, Verdict verdict) =>
        Faults.TryGetValue(clause, out var known) ? known
        : prompt.MustDecline ? ["The answer does not decline as it should."]
        : verdict.Refused ? ["The question is harmless, and the answer declines it."]
        : ["The answer does not rightly say what was asked."];

    private static string Kept(bool kept) => kept ? "keeps to the principle" : "breaks the principle";

    private static int Lead(Func<Verdict, bool> keeps, Verdict first, Verdict second) => (keeps(first) ? 1 : 0) - (keeps(second) ? 1 : 0);

    private static PromptCompletionExample Lesson(IEnumerable<ChatMessage> asked, IEnumerable<ChatMessage> said)
    {
        var lesson = new PromptCompletionExample(string.Empty, Content.FromMessages(asked), Content.FromMessages(said));
        return lesson with { Id = ExampleId.Of(lesson) };
    }
}
