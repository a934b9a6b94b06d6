using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Plumbline.Feedback;
using Plumbline.Feedback.Accounts;
using Plumbline.Feedback.Projects;
using Plumbline.Studio.Access;
using Plumbline.Studio.Hosting;

namespace Plumbline.Studio.Api;

/// <summary>
/// The programming interface, for whoever holds a token: what people do on the pages, programs do here, through the same store and with the same rights. It is described by <c>/openapi/v1.json</c>.
/// </summary>
/// <param name="stores">Where everything lies.</param>
/// <param name="counts">How far projects are.</param>
/// <param name="time">The clock.</param>
internal sealed class ApiEndpoints(FeedbackStores stores, ProgressCounts counts, TimeProvider time)
{
    /// <summary>The most tasks of one request.</summary>
    private const int MostTasks = 1000;

    private static readonly TimeSpan TokenLife = TimeSpan.FromDays(90);

    public void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("Studio");
        api.MapGet("/projects", (Delegate)ProjectsAsync).WithSummary("The projects that the token reaches.");
        api.MapPost("/projects/{project:long}/tasks", AddAsync)
            .WithSummary("Adds tasks of texts, for administrators of the project; each is added once.");
        api.MapPost("/projects/{project:long}/next", NextAsync)
            .WithSummary("Takes the next task: the one that is held, or a new one. 204 where there is none.");
        api.MapPost("/projects/{project:long}/raters", AddRaterAsync)
            .WithSummary("Makes an account for a program that ranks, with a token, for administrators of the project.");
        api.MapPut("/tasks/{task:long}/judgement", SubmitAsync)
            .WithSummary("Judges a task that is held. The header Idempotency-Key names the judgement: sent again it is stored once.");
        api.MapPost("/tasks/{task:long}/lease", RenewAsync).WithSummary("Holds a task longer.");
        api.MapPost("/tasks/{task:long}/return", ReturnAsync).WithSummary("Gives a task back.");
        api.MapGet("/tasks/{task:long}/pictures/{place:int}", PictureAsync).WithSummary("A picture of a task that is held.");
    }

    private async Task<Ok<List<ApiProject>>> ProjectsAsync(HttpContext http)
    {
        var person = http.Person();
        IReadOnlyList<Project> all = await stores.Projects.ReadProjectsAsync(http.RequestAborted);
        var found = new List<ApiProject>();
        foreach (var project in all.Where(project => person.MayRank(project.Id) || person.MayAdminister(project.Id)))
        {
            var progress = await counts.OfAsync(project.Id, http.RequestAborted);
            found.Add(new ApiProject(project.Id, project.Settings.Name, project.Settings.Medium, project.Settings.IsOpen, progress));
        }

        return TypedResults.Ok(found);
    }

    private async Task<Results<Ok<List<ApiStored>>, NotFound<ApiProblem>>> AddAsync(
        HttpContext http,
        long project,
        IReadOnlyList<ApiNewTask> tasks
    )
    {
        if (!http.Person().MayAdminister(project) || await stores.Projects.FindProjectAsync(project, http.RequestAborted) is not { } found)
        {
            return Missing();
        }

        if (tasks.Count > MostTasks || found.Settings.Medium != AnswerMedium.Text)
        {
            throw new InvalidInputException(
                $"There are {tasks.Count} tasks for a project of {found.Settings.Medium}.",
                $"Send up to {MostTasks} tasks of texts at a time; pictures come by plumb studio import."
            );
        }

        // All at once: tasks that wait together share one commit.
        var stored = await Task.WhenAll(
            tasks.Select(task => stores.Rankings.AppendAsync($"api {project} {task.Key}", task.ToRequest(found), http.RequestAborted))
        );
        return TypedResults.Ok(stored.Select(number => new ApiStored(number)).ToList());
    }

    private async Task<Results<Ok<ApiTask>, NoContent, NotFound<ApiProblem>>> NextAsync(HttpContext http, long project)
    {
        var person = http.Person();
        if (!person.MayRank(project) || await stores.Projects.FindProjectAsync(project, http.RequestAborted) is not { } found)
        {
            return Missing();
        }

        var harms = person.Account.Harms.ToHashSet(StringComparer.Ordinal);
        return await stores.Projects.TakeAsync(project, person.Id, harms, http.RequestAborted) is { } task
            ? TypedResults.Ok(ApiTask.Of(task, found.Settings.Medium))
            : TypedResults.NoContent();
    }

    private async Task<Results<Ok<ApiRater>, NotFound<ApiProblem>>> AddRaterAsync(HttpContext http, long project, ApiNewRater rater)
    {
        var person = http.Person();
        if (!person.MayAdminister(project) || await stores.Projects.FindProjectAsync(project, http.RequestAborted) is null)
        {
            return Missing();
        }

        if (rater.Role == ProjectRole.Administrator && !person.MayAdminister(0))
        {
            throw new InvalidInputException("Only administrators of everything make administrators.", "Choose another role.");
        }

        var account = NewAccount.Named(rater.Name);
        await stores.Accounts.AddAsync(account, null, http.RequestAborted);
        await stores.Projects.SetMemberAsync(
            new Membership(project, account.Id, rater.Role),
            isMember: true,
            person.Id,
            http.RequestAborted
        );
        var token = await stores.Accounts.GrantAsync(
            new Grant(GrantKind.Token, time.GetUtcNow() + TokenLife)
            {
                Account = account.Id,
                Project = project,
                By = person.Id,
            },
            http.RequestAborted
        );
        return TypedResults.Ok(new ApiRater(account.Id, token));
    }

    private async Task<Results<Ok<ApiStored>, NotFound<ApiProblem>, Conflict<ApiProblem>>> SubmitAsync(
        HttpContext http,
        long task,
        ApiJudgement judgement,
        [FromHeader(Name = "Idempotency-Key")] string key
    )
    {
        var person = http.Person();
        if (await stores.Projects.FindDealtAsync(task, person.Id, http.RequestAborted) is not { } dealt || !person.MayRank(dealt.Project))
        {
            return Missing();
        }

        try
        {
            // Keys of one rater cannot stand in another's way.
            var stored = await stores.Projects.SubmitAsync(
                $"api {person.Id} {key}",
                judgement.ToRanking(dealt, person.Id),
                http.RequestAborted
            );
            return TypedResults.Ok(new ApiStored(stored));
        }
        catch (LeaseEndedException ended)
        {
            return TypedResults.Conflict(new ApiProblem(ended.Message));
        }
    }

    private async Task<Results<Ok<DateTimeOffset>, NotFound<ApiProblem>, Conflict<ApiProblem>>> RenewAsync(HttpContext http, long task)
    {
        if (await HeldAsync(http, task) is null)
        {
            return Missing();
        }

        try
        {
            return TypedResults.Ok(await stores.Projects.RenewAsync(task, http.Person().Id, http.RequestAborted));
        }
        catch (LeaseEndedException ended)
        {
            return TypedResults.Conflict(new ApiProblem(ended.Message));
        }
    }

    private async Task<Results<NoContent, NotFound<ApiProblem>>> ReturnAsync(HttpContext http, long task, ApiReturn given)
    {
        if (await HeldAsync(http, task) is null)
        {
            return Missing();
        }

        await stores.Projects.ReturnAsync(task, http.Person().Id, given.Skip, given.Reason, http.RequestAborted);
        return TypedResults.NoContent();
    }

    private async Task<Results<FileContentHttpResult, NotFound<ApiProblem>>> PictureAsync(HttpContext http, long task, int place) =>
        await HeldAsync(http, task) is { } held
        && place >= 0
        && place < held.Shown.Count
        && await stores.Projects.FindPictureAsync(held.Comparison.Answers[held.Shown[place]], http.RequestAborted) is { } picture
            ? TypedResults.Bytes(picture.Content.ToArray(), picture.Media)
            : Missing();

    private async Task<AssignedTask?> HeldAsync(HttpContext http, long task) =>
        await stores.Projects.FindAssignedAsync(task, http.Person().Id, http.RequestAborted) is { } held
        && http.Person().MayRank(held.Project)
            ? held
            : null;

    private static NotFound<ApiProblem> Missing() => TypedResults.NotFound(new ApiProblem("There is no such thing, or it is not yours."));
}
