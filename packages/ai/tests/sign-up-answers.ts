/** @module What a model answers to "Sign up users": the plan, the configurations, and the same as a whole definition and as a drawing. */

/** The first answer. */
export const PLAN = {
  decision: 'build',
  reason: null,
  questions: [],
  title: 'Sign up',
  inputs: [
    { name: 'email', type: 'email', required: true, description: 'Address' },
    { name: 'password', type: 'string', required: true, description: null },
    { name: 'age', type: 'number', required: false, description: null },
  ],
  steps: [
    { id: 'start', type: 'input', purpose: 'takes the values', output: null, after: null, when: null },
    { id: 'check', type: 'inputValidation', purpose: 'checks them', output: null, after: null, when: null },
    {
      id: 'look',
      type: 'dbFind',
      purpose: 'finds the account',
      output: 'existing',
      after: 'check',
      when: null,
    },
    { id: 'free', type: 'guard', purpose: 'none may exist', output: null, after: null, when: null },
    { id: 'store', type: 'dbInsert', purpose: 'stores it', output: 'user', after: null, when: null },
    { id: 'end', type: 'response', purpose: 'answers', output: null, after: null, when: null },
  ],
};
/** The second answer. */
export const CONFIGS = {
  steps: {
    check: {
      rules: [
        {
          field: 'input.email',
          required: true,
          type: 'email',
          minLength: null,
          maxLength: null,
          min: null,
          max: null,
          pattern: null,
          enum: null,
        },
        {
          field: 'input.password',
          required: true,
          type: 'string',
          minLength: 8,
          maxLength: null,
          min: null,
          max: null,
          pattern: null,
          enum: null,
        },
      ],
    },
    look: {
      collection: 'users',
      filter: [
        { field: 'email', operator: 'eq', value: '{{ input.email }}' },
        { field: 'age', operator: 'gte', value: 18 },
        { field: 'age', operator: 'lt', value: 99 },
        { field: 'role', operator: 'in', value: '["a","b"]' },
      ],
      findType: null,
      sort: null,
      limit: null,
      skip: null,
      projection: null,
    },
    free: { value: '{{ existing }}', is: 'absent', to: null, statusCode: 409, message: 'Taken' },
    store: {
      collection: 'users',
      data: [
        { field: 'email', value: '{{ input.email }}' },
        { field: 'password', value: '{{ input.password }}' },
        { field: 'tags', value: '["new"]' },
      ],
    },
    end: { statusCode: 201, body: [{ field: 'id', value: '{{ user._id }}' }], headers: null },
  },
};
/** The steps that come of both. */
export const STEPS = [
  {
    id: 'start',
    type: 'input',
    variables: PLAN.inputs.map(({ description, ...rest }) => ({
      ...rest,
      ...(description !== null && { description }),
    })),
  },
  {
    id: 'check',
    type: 'inputValidation',
    rules: [
      { field: 'input.email', required: true, type: 'email' },
      { field: 'input.password', required: true, type: 'string', minLength: 8 },
    ],
  },
  {
    id: 'look',
    type: 'dbFind',
    output: 'existing',
    collection: 'users',
    filter: { email: '{{ input.email }}', age: { $gte: 18, $lt: 99 }, role: { $in: ['a', 'b'] } },
  },
  {
    id: 'free',
    type: 'guard',
    value: '{{ existing }}',
    is: 'absent',
    statusCode: 409,
    message: 'Taken',
  },
  {
    id: 'store',
    type: 'dbInsert',
    output: 'user',
    collection: 'users',
    data: { email: '{{ input.email }}', password: '{{ input.password }}', tags: ['new'] },
  },
  { id: 'end', type: 'response', statusCode: 201, body: { id: '{{ user._id }}' } },
];
/** The same workflow as an editor draws it. */
export const GRAPH = {
  title: 'Sign up',
  nodes: STEPS.map(({ id, type, ...rest }) => {
    const { output, ...fields } = rest as Record<string, unknown>;
    return {
      id,
      type,
      position: { x: 0, y: 0 },
      data: { label: id, fields: { ...fields, ...(output !== undefined && { outputVar: output }) } },
    };
  }),
  edges: STEPS.slice(1).map(({ id }, index) => ({ id: `e${index}`, source: STEPS[index]!.id, target: id })),
};
