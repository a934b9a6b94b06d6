using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Plumbline.Feedback;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Hosting;
using Plumbline.Studio.Pages;

namespace Plumbline.Studio.Ranking;

/// <summary>Taking tasks, ranking and submitting them.</summary>
/// <param name="stores">Where tasks lie.</param>
/// <param name="pages">Draws pages.</param>
/// <param name="time">The clock.</param>
internal sealed class RankingEndpoints(FeedbackStores stores, PageFactory pages, TimeProvider time)
{
    private readonly RestReminder rest = new(stores.Projects, time);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapForm("/projects/{project:long}/next", NextAsync);
        routes.MapPage("/projects/{project:long}/guidelines", GuidelinesAsync);
        routes.MapPage("/tasks/{request:long}", TaskAsync);
        routes.MapForm("/tasks/{request:long}", MoveAsync);
        routes.MapForm("/tasks/{request:long}/again", AgainAsync);
        routes.MapPage("/tasks/{request:long}/pictures/{place:int}", PictureAsync);
        routes.MapPage("/help/keyboard", (HttpContext http) => pages.Page<KeyboardHelp>(http));
    }

    private async Task<IResult> NextAsync(HttpContext http, long project)
    {
        if (!http.Person().MayRank(project) || await stores.Projects.FindProjectAsync(project, http.RequestAborted) is null)
        {
            return http.Missing();
        }

        return await NextTaskAsync(http, project, done: null);
    }

    /// <summary>Leads to the next task, or home where there is none.</summary>
    private async Task<IResult> NextTaskAsync(HttpContext http, long project, string? done)
    {
        var person = http.Person();
        var next = await stores.Projects.TakeAsync(
            project,
            person.Id,
            person.Account.Harms.ToHashSet(StringComparer.Ordinal),
            http.RequestAborted
        );
        return next is null
            ? http.SeeOther("/?done=nothing_left")
            : http.SeeOther($"/tasks/{next.Request}{(done is null ? null : $"?done={done}")}");
    }

    private async Task<IResult> GuidelinesAsync(HttpContext http, long project)
    {
        var person = http.Person();
        return
            (person.MayRank(project) || person.MayAdminister(project))
            && await stores.Projects.FindProjectAsync(project, http.RequestAborted) is { Settings.Guidelines: not null } found
            ? pages.Page<Guidelines>(http, new() { ["Project"] = found })
            : http.Missing();
    }

    private async Task<IResult> TaskAsync(HttpContext http, long request) =>
        await FindAsync(http, request) is { } model ? TaskPage(http, model) : http.Missing();

    private IResult TaskPage(HttpContext http, TaskModel model, string? problem = null) =>
        pages.Page<TaskPage>(
            http,
            new() { ["Model"] = model with { Problem = problem } },
            problem is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest
        );

    private async Task<TaskModel?> FindAsync(HttpContext http, long request)
    {
        var person = http.Person();
        if (
            await stores.Projects.FindAssignedAsync(request, person.Id, http.RequestAborted) is not { } task
            || !person.MayRank(task.Project)
            || await stores.Projects.FindProjectAsync(task.Project, http.RequestAborted) is not { } project
        )
        {
            return null;
        }

        var kept = await stores.Projects.FindDraftAsync(request, person.Id, http.RequestAborted);
        return new TaskModel(project, task, RankingDraft.Read(kept, task.Shown.Count))
        {
            IsOver = task.Until <= time.GetUtcNow(),
            Judged = await stores.Projects.CountJudgedAsync(task.Project, person.Id, http.RequestAborted),
            RestAfter = await rest.IsDueAsync(person.Id, project.Settings.BreakAfterMinutes, http.RequestAborted),
        };
    }

    private async Task<IResult> MoveAsync(HttpContext http, long request)
    {
        if (await FindAsync(http, request) is not { } model)
        {
            return http.Missing();
        }

        var fields = await http.Request.ReadFormAsync(http.RequestAborted);
        var move = RankingMove.Parse(fields["move"]) ?? throw new BadHttpRequestException("There is no such move.");
        var filled = model.IsCovered
            ? model.Draft
            : RankingFields.Read(model.Draft, fields, model.Form, model.Count, model.Task.Comparison.Prompt.Messages?.Count ?? 0);
        return move.Verb switch
        {
            "submit" => await SubmitAsync(http, model with { Draft = filled }),
            "skip" or "return" => await ReturnAsync(http, model, move.Verb == "skip"),
            "mark" => await KeepAsync(http, model, Marked(model, filled, fields, move.Numbers[0])),
            _ => await KeepAsync(
                http,
                model,
                move.Apply(filled, model.Count, model.Form.Ties, [.. model.Criteria.Select(criterion => criterion.Id)])
            ),
        };
    }

    private async Task<IResult> KeepAsync(HttpContext http, TaskModel model, RankingDraft draft)
    {
        await stores.Projects.SaveDraftAsync(model.Task.Request, http.Person().Id, draft.Write(), http.RequestAborted);

        // Whoever works on a task keeps it: every move holds it for the whole lease again, once half of it is over.
        var lease = TimeSpan.FromMinutes(model.Project.Settings.LeaseMinutes);
        if (!model.IsOver && model.Task.Until - time.GetUtcNow() < lease / 2)
        {
            await stores.Projects.RenewAsync(model.Task.Request, http.Person().Id, http.RequestAborted);
        }

        return http.SeeOther($"/tasks/{model.Task.Request}");
    }

    private static RankingDraft Marked(TaskModel model, RankingDraft draft, IFormCollection fields, int place)
    {
        var label = fields[RankingFields.Label(place)].ToString();
        if (place >= model.Count || !model.Form.SpanLabels.Any(known => known.Id == label))
        {
            return draft;
        }

        var found = MarkedText.Find(model.Answer(place), fields[RankingFields.Quote(place)].ToString(), label, model.Spans(place));
        return found is null || draft.State.Spans.Count(span => span.Answer == place) >= ProjectLimits.MostSpans
            ? draft with
            {
                Said = ["said.not_found"],
            }
            : draft.Go(draft.State with { Spans = [.. draft.State.Spans, new PlacedSpan(place, found)] }) with
            {
                Said = ["said.marked"],
            };
    }

    private async Task<IResult> SubmitAsync(HttpContext http, TaskModel model)
    {
        var person = http.Person();
        await stores.Projects.SaveDraftAsync(model.Task.Request, person.Id, model.Draft.Write(), http.RequestAborted);
        if (model.IsOver)
        {
            return TaskPage(http, model);
        }

        if (model.IsRanked && !model.Draft.State.AllBad && !model.Draft.State.Ladder(string.Empty).IsWhole(model.Count))
        {
            return TaskPage(http, model, pages.Context(http)["task.not_ranked"]);
        }

        if (model.Form.Ratings.Any(rating => model.Draft.Notes.Any(notes => !notes.Ratings.ContainsKey(rating.Id))))
        {
            return TaskPage(http, model, pages.Context(http)["task.not_rated"]);
        }

        var judgement = RankingSubmission.ToJudgement(model.Draft, model.Task, model.Form, person.Id);
        try
        {
            // One person judges one task once: the key says so, however often the form is sent.
            await stores.Projects.SubmitAsync($"page {model.Task.Request} {person.Id}", judgement, http.RequestAborted);
        }
        catch (LeaseEndedException)
        {
            return TaskPage(http, model with { IsOver = true });
        }
        catch (InvalidInputException refusal)
        {
            return TaskPage(http, model, refusal.Message);
        }

        return await NextTaskAsync(http, model.Task.Project, "submitted");
    }

    private async Task<IResult> ReturnAsync(HttpContext http, TaskModel model, bool skip)
    {
        await stores.Projects.ReturnAsync(model.Task.Request, http.Person().Id, skip, reason: null, http.RequestAborted);
        return skip ? await NextTaskAsync(http, model.Task.Project, "skipped") : http.SeeOther("/?done=returned");
    }

    private async Task<IResult> AgainAsync(HttpContext http, long request)
    {
        if (await FindAsync(http, request) is null)
        {
            return http.Missing();
        }

        return await stores.Projects.RetakeAsync(request, http.Person().Id, http.RequestAborted) is null
            ? http.SeeOther("/?done=taken_by_others")
            : http.SeeOther($"/tasks/{request}");
    }

    private async Task<IResult> PictureAsync(HttpContext http, long request, int place)
    {
        // What is covered on the page is not sent by another way.
        if (
            await FindAsync(http, request) is not { IsOfPictures: true, IsCovered: false } model
            || place < 0
            || place >= model.Count
            || await stores.Projects.FindPictureAsync(model.Answer(place), http.RequestAborted) is not { } picture
        )
        {
            return http.Missing();
        }

        http.Response.Headers.CacheControl = "private, max-age=3600";
        return Results.Bytes(picture.Content, picture.Media);
    }
}
