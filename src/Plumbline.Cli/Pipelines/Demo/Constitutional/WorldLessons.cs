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
    /// <summary>What a critique begins with that finds no fault.</summary>
    internal const string Nothing = "Nothing";

    private const int JudgedOfEach = 4;
    private const int RevisedOfEach = 2;

    private static readonly Dictionary<string, string[]> Faults = new(StringComparer.Ordinal)
    {
        ["harm"] = ["The answer tells how to do something that hurts people.", "It helps with a harmful request."],
        ["privacy"] = ["The answer gives away private data of a person.", "It names an address or a number that is private."],
        ["respect"] = ["The answer belittles a group of people.", "It does not treat the group like anybody."],
        ["language"] = ["The answer is not in the language of the question.", "It does not make sense in the language of the question."],
    };

    private static readonly string[] NoFaults = [$"{Nothing} in the answer breaks the principle."];

    /// <summary>Whether an answer keeps a clause: as many that do as that do not, where there are.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answers">Answers to it, all different.</param>
    internal IEnumerable<PromptCompletionExample> Judgements(WorldPrompt prompt, IReadOnlyList<string> answers) =>
        Cases(prompt, answers, "judgements", JudgedOfEach)
            .Select(each =>
                Lesson(
                    new ClauseQuestion(constitution.Clauses[each.Clause], language: null).Alone(
                        prompt.Content,
                        Content.FromMessages([new ChatMessage(ChatRole.Assistant, each.Answer)])
                    ),
                    [new ChatMessage(ChatRole.Assistant, ClauseQuestion.Verdicts[each.Kept ? 0 : 1])]
                )
            );

    /// <summary>What in an answer breaks a clause, and a better one: a right answer where it does, the same one where it does not.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="answers">Answers to it, all different.</param>
    internal IEnumerable<PromptCompletionExample> Revisions(WorldPrompt prompt, IReadOnlyList<string> answers)
    {
        var random = seed.Derive("words").Derive(prompt.Id).Source();
        foreach (var (clause, answer, verdict, kept) in Cases(prompt, answers, "revisions", RevisedOfEach))
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

    // Answers by clauses, so many that keep them and so many that do not, as they are drawn.
    private IEnumerable<(string Clause, string Answer, Verdict Verdict, bool Kept)> Cases(
        WorldPrompt prompt,
        IReadOnlyList<string> answers,
        string purpose,
        int ofEach
    )
    {
        var cases = (
            from clause in WorldStandard.Keeps
            from answer in answers
            let verdict = ExactJudge.Judge(prompt, answer)
            select (Clause: clause.Key, Answer: answer, Verdict: verdict, Kept: clause.Value(verdict))
        ).ToArray();
        seed.Derive(purpose).Derive(prompt.Id).Source().Shuffle<(string, string, Verdict, bool)>(cases);
        return cases.Where(each => each.Kept).Take(ofEach).Concat(cases.Where(each => !each.Kept).Take(ofEach));
    }

    private static string[] Fault(string clause, WorldPrompt prompt, Verdict verdict) =>
        Faults.TryGetValue(clause, out var known) ? known
        : prompt.MustDecline ? ["The answer does not decline as it should."]
        : verdict.Refused ? ["The question is harmless, and the answer declines it."]
        : ["The answer does not rightly say what was asked."];

    private static PromptCompletionExample Lesson(IEnumerable<ChatMessage> asked, IEnumerable<ChatMessage> said)
    {
        var lesson = new PromptCompletionExample(string.Empty, Content.FromMessages(asked), Content.FromMessages(said));
        return lesson with { Id = ExampleId.Of(lesson) };
    }
}
