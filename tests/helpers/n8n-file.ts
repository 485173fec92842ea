// A workflow as n8n exports it, of the kind that people bring: some of it runs here, some in part, some not.

const node = (name: string, type: string, x: number, more: object = {}) => ({
  id: name.toLowerCase().replaceAll(' ', '-'),
  name,
  type: type.includes('.') ? type : `n8n-nodes-base.${type}`,
  typeVersion: 1,
  position: [x, 300],
  parameters: {},
  ...more,
});

const names = ['Every morning', 'Fetch orders', 'Only paid', 'Sum up', 'Tell the team'];

export const n8nFile = JSON.stringify({
  name: 'Morning orders',
  nodes: [
    node('Every morning', 'scheduleTrigger', 200, {
      typeVersion: 1.2,
      parameters: { rule: { interval: [{ field: 'days', triggerAtHour: 7 }] } },
    }),
    node('Fetch orders', 'httpRequest', 420, {
      typeVersion: 4.2,
      parameters: { url: 'https://shop.example/orders', authentication: 'predefinedCredentialType', nodeCredentialType: 'shopApi' },
      credentials: { shopApi: { id: '1', name: 'Shop' } },
    }),
    node('Only paid', 'filter', 640, {
      typeVersion: 2,
      parameters: {
        conditions: {
          options: { caseSensitive: true, leftValue: '', typeValidation: 'strict' },
          conditions: [
            { id: '0', leftValue: '={{ $json.status }}', rightValue: 'paid', operator: { type: 'string', operation: 'equals' } },
          ],
          combinator: 'and',
        },
      },
    }),
    node('Sum up', 'code', 860, {
      typeVersion: 2,
      parameters: { jsCode: 'return [{ json: { total: $input.all().reduce((sum, item) => sum + item.json.amount, 0) } }];' },
    }),
    node('Tell the team', 'slack', 1080, {
      typeVersion: 2.2,
      parameters: { channel: '#orders', text: '={{ $json.total }}' },
      credentials: { slackApi: { id: '2', name: 'Team Slack' } },
    }),
  ],
  connections: Object.fromEntries(
    names.slice(0, -1).map((name, at) => [name, { main: [[{ node: names[at + 1], type: 'main', index: 0 }]] }]),
  ),
  settings: { executionOrder: 'v1' },
});
