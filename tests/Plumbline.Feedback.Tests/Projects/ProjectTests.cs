using Plumbline.Feedback.Projects;

namespace Plumbline.Feedback.Tests.Projects;

public sealed class ProjectTests(PostgresServer server)
{
    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task A_project_is_opened_once_and_changed_and_keeps_all_that_it_says(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var settings = Tasks.Settings() with
        {
            Medium = AnswerMedium.Image,
            Guidelines = "# Be kind\n\n- يجب\n",
            Criteria = [new("harm", "Which does least harm?")],
            Form = JudgementForm.InstructGpt with { Margin = true, SpanLabels = [new("wrong", "Wrong")] },
            AgreementFloor = 0.6,
            BreakAfterMinutes = 0,
        };

        var project = await stores.Projects.OpenProjectAsync("open", settings, "ada");
        Assert.Equal(project, await stores.Projects.OpenProjectAsync("open", settings, "ada"));
        await stores.Projects.ChangeProjectAsync(project, settings with { Name = "harmless" }, "ada");
        await stores.Projects.ChangeProjectAsync(project, settings with { Name = "harmless" }, "ada");

        var found = await stores.Projects.FindProjectAsync(project);
        Assert.Equivalent(settings with { Name = "harmless" }, found!.Settings);
        Assert.Equal([project], (await stores.Projects.ReadProjectsAsync()).Select(one => one.Id));
        Assert.Equal(2, (await stores.Rankings.LogAsync()).Count);
        Assert.Null(await stores.Projects.FindProjectAsync(99));
        Assert.Equal("Requests of runs", (await stores.Projects.FindProjectAsync(0))!.Settings.Name);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task What_a_project_cannot_become_is_refused(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var first = await stores.Projects.OpenProjectAsync("first", Tasks.Settings("first"), "ada");
        await stores.Projects.OpenProjectAsync("second", Tasks.Settings("second"), "ada");

        await RefusedAsync("called 'first' already", () => stores.Projects.OpenProjectAsync("third", Tasks.Settings("first"), "ada"));
        await RefusedAsync("already stands for event", () => stores.Projects.OpenProjectAsync("first", Tasks.Settings("third"), "ada"));
        await RefusedAsync("called 'second' already", () => stores.Projects.ChangeProjectAsync(first, Tasks.Settings("second"), "ada"));
        await RefusedAsync("Project 0 cannot be changed", () => stores.Projects.ChangeProjectAsync(0, Tasks.Settings("x"), "ada"));
        await RefusedAsync("no project 99", () => stores.Projects.ChangeProjectAsync(99, Tasks.Settings("x"), "ada"));
        await RefusedAsync(
            "is to be about Image",
            () => stores.Projects.ChangeProjectAsync(first, Tasks.Settings("x") with { Medium = AnswerMedium.Image }, "ada")
        );
        await RefusedAsync("no project 99", () => stores.Projects.TakeAsync(99, "anna", Tasks.Harmless));
        await RefusedAsync("no project 99", () => stores.Rankings.AppendAsync("ask", Events.Request() with { Project = 99 }));
        await RefusedAsync("has no request 1", () => stores.Projects.PrioritiseAsync(first, [new(1, 2)]));
        await stores.Projects.ChangeProjectAsync(first, Tasks.Settings("first") with { IsOpen = false }, "ada");
        await RefusedAsync("is closed", () => stores.Projects.TakeAsync(first, "anna", Tasks.Harmless));
        Assert.Equal(3, (await stores.Rankings.LogAsync()).Count);
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Members_have_one_role_in_each_project(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        var project = await stores.Projects.OpenProjectAsync("open", Tasks.Settings(), "ada");

        await stores.Projects.SetMemberAsync(new(project, "anna", ProjectRole.Evaluator), true, "ada");
        await stores.Projects.SetMemberAsync(new(project, "anna", ProjectRole.Reviewer), true, "ada");
        await stores.Projects.SetMemberAsync(new(project, "anna", ProjectRole.Reviewer), true, "ada");
        await stores.Projects.SetMemberAsync(new(0, "anna", ProjectRole.Moderator), true, "ada");
        await stores.Projects.SetMemberAsync(new(project, "Bob", ProjectRole.Evaluator), true, "ada");

        Assert.Equal(
            [new(0, "anna", ProjectRole.Moderator), new(project, "anna", ProjectRole.Reviewer)],
            await stores.Projects.ReadMembershipsAsync("anna")
        );
        Assert.Equal(["Bob", "anna"], (await stores.Projects.ReadMembersAsync(project)).Select(one => one.Member));
        await stores.Projects.SetMemberAsync(new(project, "anna", ProjectRole.Reviewer), false, "ada");
        await stores.Projects.SetMemberAsync(new(project, "anna", ProjectRole.Reviewer), false, "ada");
        Assert.Single(await stores.Projects.ReadMembershipsAsync("anna"));
        Assert.Equal(6, (await stores.Rankings.LogAsync()).Count);
        await RefusedAsync("no project 99", () => stores.Projects.SetMemberAsync(new(99, "anna", ProjectRole.Reviewer), true, "ada"));
    }

    [Theory]
    [ClassData(typeof(EveryEngine))]
    public async Task Pictures_come_back_as_they_were_under_the_address_of_their_content(Engine engine)
    {
        await using var place = await TestStore.CreateAsync(engine, server);
        var stores = await place.OpenAllAsync();
        byte[] bytes = [137, 80, 78, 71, 0, 255, 1];

        var address = await stores.Projects.KeepPictureAsync(bytes, "image/png");
        Assert.Equal(address, await stores.Projects.KeepPictureAsync(bytes, "image/png"));

        var found = await stores.Projects.FindPictureAsync(address);
        Assert.Equal("image/png", found!.Media);
        Assert.Equal(bytes, found.Content.ToArray());
        Assert.True(PictureAddress.IsOne(address));
        Assert.Null(await stores.Projects.FindPictureAsync(PictureAddress.Of([1])));
        await RefusedAsync("size of the picture", () => stores.Projects.KeepPictureAsync(ReadOnlyMemory<byte>.Empty, "image/png"));
    }

    private static async Task RefusedAsync(string problem, Func<Task> act)
    {
        var refusal = await Assert.ThrowsAsync<InvalidInputException>(act);
        Assert.Contains(problem, refusal.Problem);
        Assert.NotNull(refusal.Mend);
    }
}
